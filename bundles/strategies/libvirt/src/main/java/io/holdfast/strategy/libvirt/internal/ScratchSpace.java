package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;

/** The directory on the host for sockets and for what a running machine overwrites while it is read. */
final class ScratchSpace {

    /** The kernel's limit of a socket's path is 107 bytes (unix(7), sun_path). */
    private static final int MAX_SOCKET = 107;

    private static final String SOCKET = "/disks.sock";
    /** Belongs to the user that QEMU runs as, on every distribution. */
    static final String OF_QEMU = "/var/lib/libvirt/qemu";

    /** Only root can give it to QEMU's user, and needs to: other users run QEMU themselves. */
    private static final String CREATE = "mkdir -p -- \"$1\" && mkdir -m 700 -- \"$2\" || exit;"
            + " chown --reference=\"$3\" -- \"$2\" 2>/dev/null; exit 0";

    private final Commands commands;
    private final String root;

    ScratchSpace(Commands commands, String root) {
        this.commands = commands;
        this.root = root;
    }

    String root() {
        return root;
    }

    /** The path of a directory that is still to be made. */
    String directory(SessionNames names) throws PluginException {
        String path = root + "/hf-" + names.suffix();
        if (path.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > MAX_SOCKET - 20) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "the scratch directory " + Commands.printable(root)
                            + " has too long a path for unix sockets; use one of"
                            + " at most 60 bytes (setting scratchDirectory)");
        }
        return path;
    }

    static String socket(String directory) {
        return directory + SOCKET;
    }

    /** Makes the directory, for this user and QEMU's alone. */
    void create(String directory) throws PluginException {
        commands.mustScript(
                "cannot make the scratch directory " + Commands.printable(directory),
                new byte[0],
                CREATE,
                root,
                directory,
                OF_QEMU);
    }

    /** Removes the directory with everything in it. One that is gone is no failure. */
    void remove(String directory) throws PluginException {
        if (!directory.startsWith("/") || !directory.matches(".*/hf-[0-9a-f]{16}")) {
            throw new PluginException(
                    ErrorKind.INTERNAL, "the directory " + Commands.printable(directory) + " is not ours");
        }
        commands.must(
                "cannot remove " + Commands.printable(directory), "rm", "-rf", "--one-file-system", "--", directory);
    }
}
