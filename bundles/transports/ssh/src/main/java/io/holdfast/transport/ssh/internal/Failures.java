package io.holdfast.transport.ssh.internal;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.JSchAlgoNegoFailException;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.JSchHostKeyException;
import com.jcraft.jsch.SftpException;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.transport.ssh.HostKey;
import io.holdfast.transport.ssh.NotConnectedException;
import io.holdfast.transport.ssh.SshEndpoint;
import java.io.IOException;
import java.util.Locale;
import java.util.stream.Collectors;

/** What failures of JSch mean. */
final class Failures {

    /** RFC 4254, 5.1: reason codes of a refused channel; JSch keeps them as the exit status. */
    private static final int ADMINISTRATIVELY_PROHIBITED = 1;

    private static final int UNKNOWN_CHANNEL_TYPE = 3;

    private Failures() {}

    static PluginException ofLogin(SshEndpoint endpoint, PinnedKeys keys, JSchException e) {
        if (e instanceof JSchHostKeyException) {
            return keys.pinned().isEmpty() ? unknownKey(endpoint, keys, e) : changedKey(endpoint, keys, e);
        }
        if (e instanceof JSchAlgoNegoFailException) {
            return keys.pinned().isEmpty() || !message(e).contains("server_host_key")
                    ? new PluginException(
                            ErrorKind.UNSUPPORTED,
                            endpoint + " and this side have no algorithm in common: " + message(e),
                            e)
                    : changedKey(endpoint, keys, e);
        }
        if (message(e).toLowerCase(Locale.ROOT).contains("auth")) {
            return new PluginException(
                    ErrorKind.AUTHENTICATION,
                    endpoint + " does not accept the login: " + message(e)
                            + ". Check the user's name, and the password or that the public key is in its authorized_keys.",
                    e);
        }
        return new PluginException(
                ErrorKind.UNAVAILABLE,
                "cannot connect to " + endpoint + ": " + message(e)
                        + ". Check that the host runs, is reachable from this node and"
                        + " that its SSH server listens on that port.",
                e);
    }

    private static PluginException unknownKey(SshEndpoint endpoint, PinnedKeys keys, JSchException e) {
        String shown = keys.shown().map(HostKey::toString).orElse("none");
        return new PluginException(
                ErrorKind.AUTHENTICATION,
                "the host key of " + endpoint.host() + " is not confirmed yet. It shows " + shown
                        + "; compare that with 'ssh-keygen -l' on the host, and confirm it.",
                e);
    }

    private static PluginException changedKey(SshEndpoint endpoint, PinnedKeys keys, JSchException e) {
        String confirmed = keys.pinned().stream().map(HostKey::toString).collect(Collectors.joining(" or "));
        String shown = keys.shown()
                .map(key -> "shows " + key)
                .orElse("has no key of " + (keys.pinned().size() > 1 ? "these types" : "this type") + " any more");
        return new PluginException(
                ErrorKind.AUTHENTICATION,
                "THE HOST KEY OF " + endpoint.host() + " HAS CHANGED: confirmed is " + confirmed + ", but the host "
                        + shown
                        + ". Either it was installed anew, or somebody sits in between. Nothing was sent. Find out before"
                        + " you confirm the new key.",
                e);
    }

    /** A channel that was not opened. */
    static PluginException ofChannel(SshEndpoint endpoint, String what, Channel channel, Exception e) {
        int reason = channel.getExitStatus();
        if (reason == ADMINISTRATIVELY_PROHIBITED || reason == UNKNOWN_CHANNEL_TYPE) {
            return new PluginException(
                    ErrorKind.UNSUPPORTED,
                    endpoint + " forbids to open " + what + "; its sshd_config must allow it (AllowTcpForwarding,"
                            + " AllowStreamLocalForwarding, MaxSessions).",
                    e);
        }
        if (reason > 0) {
            return new PluginException(
                    ErrorKind.NOT_FOUND,
                    endpoint + " cannot open " + what + ": nobody listens there, or the account may not.",
                    e);
        }
        String text = "cannot open " + what + " on " + endpoint + ": " + message(e);
        return nothingWasAsked(e)
                ? new NotConnectedException(text, e)
                : new PluginException(ErrorKind.UNAVAILABLE, text, e);
    }

    /**
     * Whether a channel failed before a program or a socket was asked for. JSch 2 says that the session is down in Channel.sendChannelOpen alone;
     * an IOException comes from writing, since another thread reads, and a packet that was not written whole is none to the host.
     */
    private static boolean nothingWasAsked(Exception e) {
        return "session is down".equals(e.getMessage()) || e.getCause() instanceof IOException;
    }

    static PluginException lost(SshEndpoint endpoint, String what) {
        return new PluginException(
                ErrorKind.UNAVAILABLE,
                "the connection to " + endpoint + " was lost during " + what + "; its outcome is unknown");
    }

    static PluginException ofFile(SshEndpoint endpoint, String what, String path, SftpException e) {
        ErrorKind kind =
                switch (e.id) {
                    case ChannelSftp.SSH_FX_NO_SUCH_FILE -> ErrorKind.NOT_FOUND;
                    case ChannelSftp.SSH_FX_PERMISSION_DENIED -> ErrorKind.PERMISSION;
                    case ChannelSftp.SSH_FX_OP_UNSUPPORTED -> ErrorKind.UNSUPPORTED;
                    default -> ErrorKind.UNAVAILABLE;
                };
        return new PluginException(kind, "cannot " + what + " " + path + " on " + endpoint + ": " + message(e), e);
    }

    private static String message(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
