package io.holdfast.transport.ssh.internal;

import io.holdfast.transport.ssh.ShellQuoting;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * How commands are started so that they can be ended: OpenSSH refuses signals over a channel for root, so the shell says its process
 * id before it becomes the command. A server starts each command in a session, and thereby a process group, of its own; the group is
 * what is ended.
 */
final class Scripts {

    /** Begins the line with the process id. */
    static final String PID_MARK = "holdfast-pid ";

    static final String RUN = "echo \"" + PID_MARK + "$$\" >&2; exec \"$@\"";

    /** SIGTERM to the group, and after two seconds SIGKILL to what is left of it. */
    private static final String END = "kill -s TERM -- \"-$1\" 2>/dev/null || exit 0; n=0;"
            + " while [ $n -lt 20 ] && kill -s 0 -- \"-$1\" 2>/dev/null; do sleep 0.1 || sleep 1; n=$((n+1)); done;"
            + " kill -s KILL -- \"-$1\" 2>/dev/null; exit 0";

    private Scripts() {}

    /** The command line that runs a command. */
    static byte[] run(List<String> argv) {
        // refuses what cannot be run
        ShellQuoting.quote(argv);
        return shell(RUN, argv);
    }

    /** The command line that ends a process group. */
    static byte[] end(long group) {
        return shell(END, List.of(Long.toString(group)));
    }

    private static byte[] shell(String script, List<String> arguments) {
        List<String> argv = new ArrayList<>(List.of("/bin/sh", "-c", script, "holdfast"));
        argv.addAll(arguments);
        return ("exec " + ShellQuoting.quote(argv)).getBytes(StandardCharsets.UTF_8);
    }
}
