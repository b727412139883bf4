package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.transport.nbd.NbdAddress;
import io.holdfast.transport.nbd.NbdClient;
import io.holdfast.transport.nbd.NbdConnectOptions;
import io.holdfast.transport.nbd.server.NbdExport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The host that the node itself runs on. */
final class LocalHost implements Host {

    private static final int MAX_ERROR = 64 << 10;
    private static final int CONNECT_MILLIS = 5_000;

    @Override
    public Output run(List<String> argv, byte[] input, Duration limit) throws PluginException {
        Process process;
        try {
            process = new ProcessBuilder(argv).start();
        } catch (IOException e) {
            return new Output(NO_SUCH_PROGRAM, new byte[0], argv.get(0) + " cannot be run: " + e.getMessage());
        }
        try {
            FutureTask<byte[]> out = reader("output", argv, process.getInputStream(), MAX_OUTPUT);
            FutureTask<byte[]> err = reader("errors", argv, process.getErrorStream(), MAX_ERROR);
            feed(process, input);
            long deadline = System.nanoTime() + limit.toNanos();
            if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                throw timeout(argv, limit);
            }
            byte[] said = out.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            byte[] complained = err.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            return new Output(process.exitValue(), said, new String(complained, StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException(ErrorKind.CANCELLED, "interrupted while " + argv.get(0) + " was running", e);
        } catch (TimeoutException e) {
            throw timeout(argv, limit);
        } catch (ExecutionException e) {
            throw new PluginException(ErrorKind.UNAVAILABLE, "cannot read what " + argv.get(0) + " says", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static PluginException timeout(List<String> argv, Duration limit) {
        return new PluginException(
                ErrorKind.TIMEOUT, Commands.shown(argv) + " has not ended within " + limit.toSeconds() + " s");
    }

    private static void feed(Process process, byte[] input) {
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input);
        } catch (IOException e) {
            // a program that does not read its input says why by its exit status
        }
    }

    private static FutureTask<byte[]> reader(String what, List<String> argv, InputStream stream, int max) {
        FutureTask<byte[]> task = new FutureTask<>(() -> {
            try (stream) {
                byte[] read = stream.readNBytes(max + 1);
                if (read.length > max) {
                    throw new IOException("more than " + max + " bytes");
                }
                return read;
            }
        });
        Thread thread =
                new Thread(task, "libvirt-" + what + "-" + Path.of(argv.get(0)).getFileName());
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    @Override
    public NbdClient nbd(String socket, NbdConnectOptions options) throws PluginException {
        return NbdClient.connect(NbdAddress.unix(Path.of(socket)), options);
    }

    @Override
    public DiskService serve(String socket, NbdExport export) throws PluginException {
        return LocalDiskService.start(new Commands(this), socket, export);
    }

    @Override
    public HostStream loopback(int port) throws PluginException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress("127.0.0.1", port), CONNECT_MILLIS);
            return new LocalStream(socket, socket.getInputStream());
        } catch (IOException e) {
            closeQuietly(socket);
            throw new PluginException(ErrorKind.NOT_FOUND, "cannot connect to port " + port + " of this host", e);
        }
    }

    private record LocalStream(Socket socket, InputStream input) implements HostStream {
        @Override
        public void close() {
            closeQuietly(socket);
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is not used any more
        }
    }

    @Override
    public String name() {
        return "this host";
    }

    @Override
    public void close() {
        // nothing is held
    }
}
