package io.holdfast.transport.ssh;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The only way in which argument vectors become a command line. SSH carries a string that the account's shell reads (RFC 4254,
 * 6.5); every argument is put into single quotes, in which a POSIX shell leaves every character alone but the single quote.
 */
public final class ShellQuoting {

    private ShellQuoting() {}

    /**
     * Quotes a command for a POSIX shell.
     *
     * @param argv the program and its arguments, any characters but NUL, at least the program
     * @throws IllegalArgumentException for an empty vector or NUL, which no argument can hold
     */
    public static String quote(List<String> argv) {
        if (argv.isEmpty() || argv.get(0).isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
        return argv.stream().map(ShellQuoting::quote).collect(Collectors.joining(" "));
    }

    private static String quote(String argument) {
        if (argument.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("an argument cannot hold NUL");
        }
        return "'" + argument.replace("'", "'\\''") + "'";
    }
}
