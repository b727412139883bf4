package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.transport.nbd.server.NbdExport;
import io.holdfast.transport.nbd.server.NbdServer;
import io.holdfast.transport.ssh.SshProcess;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The host is another machine: a small program there listens on the socket and passes the bytes of one client through the SSH
 * connection; the next one listens as soon as a client has come. No port is opened anywhere, and other users of the host cannot enter
 * the socket's directory, whether or not the node is there. The program ends with its connection.
 */
final class RelayedDiskService implements DiskService {

    /** Starts a program on the host. */
    interface Starter {
        SshProcess start(List<String> argv) throws PluginException;
    }

    private static final int LISTENING = 'L';
    private static final int CONNECTED = 'C';
    private static final long FIRST_SECONDS = 30;
    private static final long PAUSE_MILLIS = 500;

    /**
     * Perl, because it is on every Debian and nearly every other host, and netcat is not. Two processes, so that neither direction waits
     * for the other. The socket appears under its name at once, with its rights, in place of an older one.
     */
    static final String PROGRAM = """
            use strict; use Socket; my $path = shift; my $new = "$path.$$"; umask 0177;
            socket(my $l, PF_UNIX, SOCK_STREAM, 0) or die "socket: $!\n";
            bind($l, pack_sockaddr_un($new)) or die "bind $new: $!\n";
            my ($dir) = $path =~ m{^(.*)/}; my @s = stat $dir; chown $s[4], $s[5], $new;
            listen($l, 1) or die "listen: $!\n"; rename($new, $path) or die "rename $path: $!\n";
            syswrite STDOUT, "L";
            my $r = ""; vec($r, fileno($l), 1) = 1; vec($r, 0, 1) = 1; select(my $ready = $r, undef, undef, undef);
            exit 0 if vec($ready, 0, 1);
            accept(my $c, $l) or die "accept: $!\n"; close $l; syswrite STDOUT, "C";
            sub copy { my ($in, $out) = @_; my $b;
              while (my $n = sysread $in, $b, 262144) { my $o = 0;
                while ($o < $n) { my $w = syswrite $out, $b, $n - $o, $o; return unless $w; $o += $w } } }
            $SIG{PIPE} = "IGNORE"; my $child = fork; defined $child or die "fork: $!\n";
            if ($child) { copy($c, *STDOUT); kill "TERM", $child } else { copy(*STDIN, $c) }
            shutdown $c, 2; exit 0;
            """;

    private final Starter starter;
    private final String socket;
    private final NbdServer server;
    private final Thread thread;
    private final CountDownLatch first = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile @Nullable PluginException failure;
    private volatile @Nullable SshProcess waiting;
    private volatile boolean closed;

    private RelayedDiskService(Starter starter, String socket, NbdExport export) {
        this.starter = starter;
        this.socket = socket;
        this.server = NbdServer.notListening(socket);
        this.server.export("", export);
        this.thread = new Thread(this::listen, "libvirt-relay " + socket);
        this.thread.setDaemon(true);
    }

    /** Begins to listen. */
    static DiskService start(Starter starter, String socket, NbdExport export) {
        RelayedDiskService service = new RelayedDiskService(starter, socket, export);
        service.thread.start();
        return service;
    }

    @Override
    public void awaitListening() throws PluginException {
        try {
            if (!first.await(FIRST_SECONDS, TimeUnit.SECONDS)) {
                throw new PluginException(ErrorKind.TIMEOUT, "the socket " + socket + " does not listen");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException(ErrorKind.CANCELLED, "interrupted while a socket was made", e);
        }
        check();
    }

    private void listen() {
        while (!closed) {
            try {
                acceptOne();
            } catch (PluginException e) {
                failure = e;
                first.countDown();
                pause();
            }
        }
    }

    private void acceptOne() throws PluginException {
        SshProcess process = starter.start(List.of("env", "LC_ALL=C", "perl", "-e", PROGRAM, socket));
        waiting = process;
        boolean served = false;
        try {
            InputStream output = process.output();
            if (closed || output.read() != LISTENING) {
                throw refused(process, null);
            }
            failure = null;
            first.countDown();
            if (output.read() != CONNECTED) {
                throw refused(process, null);
            }
            served = true;
            server.serve(output, process.input(), process::close);
        } catch (IOException e) {
            throw refused(process, e);
        } finally {
            waiting = null;
            if (!served) {
                process.close();
            }
        }
    }

    private PluginException refused(SshProcess process, @Nullable IOException cause) {
        String said = Commands.complaint(process.errors());
        boolean missing = said.contains("perl") && said.contains("No such file");
        return new PluginException(
                missing ? ErrorKind.INVALID_CONFIG : ErrorKind.UNAVAILABLE,
                "the disk cannot be served on " + socket + " of the host: "
                        + (missing ? "the program perl is missing there; install it" : said),
                cause);
    }

    private void pause() {
        try {
            over.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    @Override
    public void check() throws PluginException {
        PluginException current = failure;
        if (current != null) {
            throw current;
        }
    }

    @Override
    public void close() {
        closed = true;
        over.countDown();
        SshProcess process = waiting;
        if (process != null) {
            process.close();
        }
        server.close();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        server.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
