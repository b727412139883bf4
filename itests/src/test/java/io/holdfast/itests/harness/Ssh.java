package io.holdfast.itests.harness;

import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.Awaitility;

/** The shell of the appliance over SSH, a connection a command, as scripts use it. */
public final class Ssh {

    private static final int MILLIS = 20_000;
    private static final Duration LONGEST_COMMAND = Duration.ofSeconds(60);

    private final int port;
    private final String user;
    private final String password;

    Ssh(int port, String user, String password) {
        this.port = port;
        this.user = user;
        this.password = password;
    }

    /**
     * What a command did.
     *
     * @param status its exit status
     * @param out what it wrote
     * @param err what it complained about
     */
    public record ShellReply(int status, String out, String err) {

        /** This reply, which must be that of a success. */
        public ShellReply succeeded() {
            if (status != 0) {
                throw new AssertionError("the command ended with " + status + "\n" + out + "\n" + err);
            }
            return this;
        }
    }

    /** Whether the appliance lets us in. */
    public boolean isLetIn() {
        try {
            connect().disconnect();
            return true;
        } catch (JSchException e) {
            if (String.valueOf(e.getMessage()).contains("Auth")) {
                return false;
            }
            throw new IllegalStateException("the shell on port " + port + " does not answer", e);
        }
    }

    /** Runs a command to its end. */
    public ShellReply run(String command) {
        Session session = null;
        try {
            session = connect();
            ChannelExec channel = (ChannelExec) session.openChannel("exec");
            channel.setCommand(command);
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            channel.setErrStream(err);
            InputStream out = channel.getInputStream();
            channel.connect(MILLIS);
            String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            Awaitility.await("end of '" + command + "'").atMost(LONGEST_COMMAND).until(channel::isClosed);
            return new ShellReply(channel.getExitStatus(), text, err.toString(StandardCharsets.UTF_8));
        } catch (JSchException e) {
            throw new IllegalStateException("the shell on port " + port + " did not run '" + command + "'", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (session != null) {
                session.disconnect();
            }
        }
    }

    private Session connect() throws JSchException {
        Session session = new JSch().getSession(user, "127.0.0.1", port);
        session.setPassword(password);
        session.setConfig("StrictHostKeyChecking", "no"); // the key was made a moment ago
        session.setConfig("PreferredAuthentications", "password,keyboard-interactive");
        session.setTimeout((int) LONGEST_COMMAND.toMillis());
        session.connect(MILLIS);
        return session;
    }
}
