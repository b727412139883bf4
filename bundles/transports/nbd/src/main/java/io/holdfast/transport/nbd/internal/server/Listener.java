package io.holdfast.transport.nbd.internal.server;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.transport.nbd.NbdAddress;
import io.holdfast.transport.nbd.NbdConnectOptions;
import io.holdfast.transport.nbd.internal.ChannelLink;
import io.holdfast.transport.nbd.internal.Link;
import io.holdfast.transport.nbd.internal.StreamLink;
import io.holdfast.transport.nbd.server.NbdExport;
import io.holdfast.transport.nbd.server.NbdServer;
import io.holdfast.transport.nbd.server.NbdServerOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Accepts connections and keeps the exports. */
public final class Listener implements NbdServer, Exports {

    private static final long PAUSE_NANOS = 100_000_000;

    private final NbdServerOptions options;
    private final @Nullable ServerSocketChannel listening;
    private final NbdAddress address;
    private final String name;
    private volatile boolean closed;
    private final ConcurrentSkipListMap<String, NbdExport> exports = new ConcurrentSkipListMap<>();
    private final Set<Visit> visits = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService clock;

    private Listener(
            NbdServerOptions options, @Nullable ServerSocketChannel listening, NbdAddress address, String name) {
        this.options = options;
        this.listening = listening;
        this.address = address;
        this.name = name;
        this.clock = Executors.newSingleThreadScheduledExecutor(task -> daemon("nbd-server-clock " + name, task));
    }

    /** See {@link NbdServer#notListening}. */
    public static NbdServer notListening(String name) {
        NbdAddress nowhere = NbdAddress.unix(Path.of("/"));
        return new Listener(NbdServerOptions.on(nowhere), null, nowhere, name);
    }

    /** See {@link NbdServer#start}. */
    public static NbdServer start(NbdServerOptions options) throws PluginException {
        try {
            ServerSocketChannel listening = listen(options.address());
            NbdAddress address = options.address() instanceof NbdAddress.Tcp tcp
                    ? NbdAddress.tcp(tcp.host(), ((InetSocketAddress) listening.getLocalAddress()).getPort())
                    : options.address();
            var listener = new Listener(options, listening, address, address.toString());
            daemon("nbd-server-accept " + address, () -> listener.acceptAll(listening))
                    .start();
            return listener;
        } catch (BindException e) {
            throw new PluginException(
                    ErrorKind.CONFLICT, "Listen on " + options.address() + ": the address is taken or not ours", e);
        } catch (AccessDeniedException e) {
            throw new PluginException(ErrorKind.PERMISSION, "Listen on " + options.address() + ": access denied", e);
        } catch (IOException e) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG, "Listen on " + options.address() + ": " + e.getMessage(), e);
        }
    }

    private static ServerSocketChannel listen(NbdAddress address) throws IOException {
        boolean unix = address instanceof NbdAddress.Unix;
        var channel = unix ? ServerSocketChannel.open(StandardProtocolFamily.UNIX) : ServerSocketChannel.open();
        try {
            if (address instanceof NbdAddress.Tcp tcp) {
                channel.bind(new InetSocketAddress(tcp.host(), tcp.port()));
            } else {
                channel.bind(UnixDomainSocketAddress.of(((NbdAddress.Unix) address).path()));
            }
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        } catch (RuntimeException e) {
            channel.close();
            throw new IOException("not an address to listen on", e);
        }
    }

    static Thread daemon(String name, Runnable work) {
        var thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    private void acceptAll(ServerSocketChannel listening) {
        while (listening.isOpen()) {
            try {
                accept(listening.accept());
            } catch (IOException e) {
                if (listening.isOpen()) {
                    LockSupport.parkNanos(PAUSE_NANOS); // out of descriptors: until some are free again
                }
            }
        }
    }

    private void accept(SocketChannel channel) throws IOException {
        if (visits.size() >= options.maxConnections()) {
            channel.close();
            return;
        }
        try {
            if (options.address() instanceof NbdAddress.Tcp) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
        } catch (IOException e) {
            channel.close();
            return;
        }
        receive(new ChannelLink(channel), () -> {});
    }

    private void receive(Link link, Runnable atEnd) {
        var visit = new Visit(link, this, options, clock, name);
        visits.add(visit);
        visit.start(() -> {
            visits.remove(visit);
            atEnd.run();
        });
        if (closed) {
            visit.end();
        }
    }

    @Override
    public void serve(InputStream in, OutputStream out, Runnable atEnd) {
        var over = new AtomicBoolean();
        receive(
                new StreamLink(in, out, () -> {
                    if (over.compareAndSet(false, true)) {
                        daemon("nbd-server-close " + name, atEnd).start();
                    }
                }),
                () -> {});
    }

    @Override
    public NbdAddress address() {
        if (listening == null) {
            throw new IllegalStateException("the server listens nowhere");
        }
        return address;
    }

    @Override
    public void export(String name, NbdExport export) {
        if (name.getBytes(StandardCharsets.UTF_8).length > NbdConnectOptions.MAX_NAME) {
            throw new IllegalArgumentException("a name of more than " + NbdConnectOptions.MAX_NAME + " bytes");
        }
        if (exports.putIfAbsent(name, export) != null) {
            throw new IllegalArgumentException("there is an export '" + name + "' already");
        }
    }

    @Override
    public void withdraw(String name) {
        exports.remove(name);
        List<Visit> affected = visits.stream().filter(it -> it.uses(name)).toList();
        affected.forEach(Visit::end);
        affected.forEach(Visit::awaitEnd);
    }

    @Override
    public Collection<String> names() {
        return List.copyOf(exports.keySet());
    }

    @Override
    public @Nullable NbdExport find(String name) {
        return exports.get(name);
    }

    @Override
    public void close() {
        closed = true;
        try {
            if (listening != null) {
                listening.close();
            }
            if (listening != null && options.address() instanceof NbdAddress.Unix unix) {
                Files.deleteIfExists(unix.path());
            }
        } catch (IOException e) {
            // a socket file that stays is found taken at the next start, which says so
        }
        clock.shutdownNow();
        List<Visit> all = List.copyOf(visits);
        all.forEach(Visit::end);
        all.forEach(Visit::awaitEnd);
    }
}
