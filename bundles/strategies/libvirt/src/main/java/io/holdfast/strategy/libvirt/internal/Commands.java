package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs the small programs of a host that work on files, and says in words why one failed. */
final class Commands {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int MAX_SHOWN = 300;

    private final Host host;

    Commands(Host host) {
        this.host = host;
    }

    Host host() {
        return host;
    }

    /** Runs a program with messages in English, whatever it says. */
    Host.Output run(String... argv) throws PluginException {
        return run(new byte[0], List.of(argv));
    }

    private Host.Output run(byte[] input, List<String> argv) throws PluginException {
        List<String> whole = new ArrayList<>(List.of("env", "LC_ALL=C"));
        whole.addAll(argv);
        return host.run(whole, input, LIMIT);
    }

    /** Runs a program that must succeed. */
    Host.Output must(String what, String... argv) throws PluginException {
        return must(what, new byte[0], List.of(argv));
    }

    /** Runs a program with an input, that must succeed. */
    Host.Output must(String what, byte[] input, List<String> argv) throws PluginException {
        Host.Output output = run(input, argv);
        if (!output.good()) {
            throw failure(what, argv.get(0), output);
        }
        return output;
    }

    /** Makes a file that only its owner may read; one that exists is replaced. */
    void writeFile(String path, byte[] content) throws PluginException {
        String what = "cannot write " + printable(path);
        must(what, "install", "-m", "600", "/dev/null", path);
        must(what, content, List.of("dd", "of=" + path, "conv=notrunc", "status=none"));
    }

    /** A file of at most {@link Host#MAX_OUTPUT} bytes. */
    byte[] readFile(String path) throws PluginException {
        return must("cannot read " + printable(path), "cat", "--", path).out();
    }

    boolean exists(String path) throws PluginException {
        return run("test", "-e", path).good();
    }

    /** Removes a file; one that is not there is no failure. */
    void removeFile(String path) throws PluginException {
        must("cannot remove " + printable(path), "rm", "-f", "--", path);
    }

    /** Removes a directory that is empty; one that is not, or is not there, is no failure. */
    void removeDirectory(String path) throws PluginException {
        run("rmdir", "--", path);
    }

    private PluginException failure(String what, String program, Host.Output output) {
        String said = complaint(output.err());
        if (output.exit() == Host.NO_SUCH_PROGRAM) {
            return new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    what + " on " + host.name() + ": the program " + program + " is missing there; install it");
        }
        return new PluginException(
                LibvirtErrors.kindOfSystem(output.err()),
                what + " on " + host.name() + ": " + program + " says: " + said);
    }

    /** What a program has complained of, in one line. */
    static String complaint(String text) {
        String joined =
                text.strip().lines().filter(line -> !line.isBlank()).collect(java.util.stream.Collectors.joining("; "));
        return joined.isEmpty() ? "nothing" : printable(joined);
    }

    /** Without control characters, and not too long for a message. */
    static String printable(String text) {
        String shown = text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "..." : text;
        return shown.replaceAll("\\p{Cntrl}", "?");
    }

    /** The program and its first argument: enough to know which one, without names and paths of others. */
    static String shown(List<String> argv) {
        List<String> words = argv.get(0).equals("env") && argv.size() > 2 ? argv.subList(2, argv.size()) : argv;
        return printable(words.get(0));
    }
}
