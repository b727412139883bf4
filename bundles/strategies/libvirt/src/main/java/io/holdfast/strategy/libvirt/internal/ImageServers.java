package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import java.nio.charset.StandardCharsets;

/** Programs {@code qemu-nbd} on the host, each of which serves one image on a unix socket until it is stopped. */
final class ImageServers {

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
        Host.Output running = provider.commands().run("cat", "/proc/" + process + "/cmdline");
        // somebody else may have the number by now
        if (running.good() && new String(running.out(), StandardCharsets.UTF_8).contains(socket(number))) {
            Host.Output killed = provider.commands().run("kill", process);
            if (killed.good() && !ends(process)) {
                provider.commands().run("kill", "-KILL", process);
                ends(process);
            }
        }
    }

    /** It lets go of the image, and of its lock, when it ends; somebody who stays connected can keep it from that. */
    private boolean ends(String process) throws PluginException {
        return provider.commands()
                .run("timeout", "10", "tail", "--pid=" + process, "-s", "0.02", "-f", "/dev/null")
                .good();
    }

    void stopAll(int count) throws PluginException {
        for (int i = 0; i < count; i++) {
            stop(i);
        }
    }
}
