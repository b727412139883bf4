package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;

/** Programs {@code qemu-nbd} on the host, each of which serves one image on a unix socket until it is stopped. */
final class ImageServers {

    /** Each may take 20 seconds to end if somebody stays connected. */
    private static final int AT_ONCE = 2;

    /**
     * Ends the processes that serve the sockets with numbers from the second argument to below the third. Somebody else may have a
     * process id by now, and what has ended has no arguments. It has let go of the image, and of its lock, when it has no state or is a zombie; somebody who
     * stays connected can keep it from that for ten seconds.
     */
    private static final String STOP = """
            i=$2
            while [ "$i" -lt "$3" ]; do
              s=$1/$i.sock; p=$(cat -- "$1/$i.pid" 2>/dev/null) || p=; i=$((i+1)); n=0
              case $p in ''|*[!0-9]*) continue;; esac
              { tr '\\0' '\\n' <"/proc/$p/cmdline" | grep -qxF -- "--socket=$s"; } 2>/dev/null || continue
              kill "$p" 2>/dev/null
              while case $(sed -n 's/^State:[^A-Z]*\\(.\\).*/\\1/p' "/proc/$p/status" 2>/dev/null) in ''|Z|X) false;; esac; do
                n=$((n+1)); [ $n -ne 400 ] || kill -KILL "$p" 2>/dev/null; [ $n -lt 800 ] || break; sleep 0.02
              done
            done; exit 0""";

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
        stop(number, number + 1);
    }

    void stopAll(int count) throws PluginException {
        stop(0, count);
    }

    private void stop(int from, int end) throws PluginException {
        for (int first = from; first < end; first += AT_ONCE) {
            provider.commands()
                    .mustScript(
                            "cannot stop qemu-nbd",
                            new byte[0],
                            STOP,
                            directory,
                            Integer.toString(first),
                            Integer.toString(Math.min(end, first + AT_ONCE)));
        }
    }
}
