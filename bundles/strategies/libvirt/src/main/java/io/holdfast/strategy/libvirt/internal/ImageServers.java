package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Programs {@code qemu-nbd} on the host, each of which serves one image on a unix socket until it is stopped. */
final class ImageServers {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final Provider provider;
    private final String directory;

    ImageServers(Provider provider, String directory) {
        this.provider = provider;
        this.directory = directory;
    }

    String socket(int number) {
        return directory + "/" + number + ".sock";
    }

    private String pidFile(int number) {
        return directory + "/" + number + ".pid";
    }

    /** Starts one; when this returns, its socket is listening. */
    void start(int number, String image, String format, boolean readOnly) throws PluginException {
        provider.commands()
                .must(
                        "cannot open the image " + Commands.printable(image),
                        "qemu-nbd",
                        "--fork",
                        "--persistent",
                        "--shared=8",
                        readOnly ? "--read-only" : "--discard=unmap",
                        "--format=" + format,
                        "--socket=" + socket(number),
                        "--pid-file=" + pidFile(number),
                        "--",
                        image);
    }

    /** Stops one. One that does not run is no failure. */
    void stop(int number) throws PluginException {
        Host.Output pid = provider.commands().run("cat", "--", pidFile(number));
        String process = pid.text().strip();
        if (!pid.good() || !process.matches("[1-9]\\d{0,9}")) {
            return;
        }
        if (!serves(process, number)) {
            return;
        }
        provider.commands().run("kill", process);
        if (!ends(process, number)) {
            provider.commands().run("kill", "-KILL", process);
            ends(process, number);
        }
    }

    /** Whether a process is the server: somebody else may have the number by now, and what has ended has no arguments. */
    private boolean serves(String process, int number) throws PluginException {
        Host.Output arguments = provider.commands().run("cat", "/proc/" + process + "/cmdline");
        return arguments.good() && arguments.text().contains(socket(number));
    }

    /** It lets go of the image, and of its lock, when it ends; somebody who stays connected can keep it from that. */
    private boolean ends(String process, int number) throws PluginException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (serves(process, number)) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        return true;
    }

    void stopAll(int count) throws PluginException {
        for (int i = 0; i < count; i++) {
            stop(i);
        }
    }
}
