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
    private static final String WRITE = "install -m 600 /dev/null \"$1\" && exec dd of=\"$1\" conv=notrunc status=none";

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

    /**
     * Runs several programs that must succeed with one request, as a script of the shell. What differs from one run to the next is passed to it as
     * arguments and never becomes part of the script.
     *
     * @param script a constant, which refers to the arguments by {@code "$1"}, ...
     */
    Host.Output mustScript(String what, byte[] input, String script, String... arguments) throws PluginException {
        List<String> argv = new ArrayList<>(List.of("sh", "-c", script, "holdfast"));
        argv.addAll(List.of(arguments));
        Host.Output output = run(input, argv);
        if (!output.good()) {
            String said = complaint(output.err());
            if (output.exit() == Host.NO_SUCH_PROGRAM) {
                throw new PluginException(
                        ErrorKind.INVALID_CONFIG,
                        what + " on " + host.name() + ": a program is missing there, install it: " + said);
            }
            throw new PluginException(
                    LibvirtErrors.kindOfSystem(output.err()), what + " on " + host.name() + ": " + said);
        }
        return output;
    }

    /** Makes a file that only its owner may read; one that exists is replaced. */
    void writeFile(String path, byte[] content) throws PluginException {
        mustScript("cannot write " + printable(path), content, WRITE, path);
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
        String joined = text.strip()
                .lines()
                .filter(line -> !line.isBlank())
                .distinct()
                .collect(java.util.stream.Collectors.joining("; "));
        return joined.isEmpty() ? "nothing" : printable(joined);
    }

    /** The last thing that a program has complained of. */
    static String lastLine(String text) {
        return text.lines().filter(line -> !line.isBlank()).reduce("", (before, line) -> line);
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
