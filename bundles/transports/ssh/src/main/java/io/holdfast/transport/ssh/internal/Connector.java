package io.holdfast.transport.ssh.internal;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.transport.ssh.HostKey;
import io.holdfast.transport.ssh.HostKeys;
import io.holdfast.transport.ssh.SshConnection;
import io.holdfast.transport.ssh.SshCredentials;
import io.holdfast.transport.ssh.SshEndpoint;
import io.holdfast.transport.ssh.SshOptions;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Logs in. */
public final class Connector {

    /** After this many keep-alive times without an answer the next one ends the connection: three in all. */
    private static final int UNANSWERED = 2;
    /** How many bytes a channel may receive before they are taken: JSch's 128 KiB would bound a link of 10 ms to 13 MB/s. */
    static final int WINDOW = 4 << 20;

    private Connector() {}

    /** See {@link SshConnection#open}. */
    public static SshConnection open(
            SshEndpoint endpoint, SshCredentials credentials, HostKeys hostKeys, SshOptions options)
            throws PluginException {
        @Nullable JschConnection jump = jump(options);
        try {
            Session session = session(
                    endpoint, credentials, new PinnedKeys(endpoint.host(), hostKeys.of(endpoint)), options, jump);
            return new JschConnection(endpoint, session, jump);
        } catch (PluginException | RuntimeException e) {
            if (jump != null) {
                jump.close();
            }
            throw e;
        }
    }

    /** See {@link SshConnection#hostKey}. */
    public static HostKey hostKey(SshEndpoint endpoint, SshOptions options) throws PluginException {
        PinnedKeys keys = new PinnedKeys(endpoint.host(), List.of());
        try (@Nullable JschConnection jump = jump(options)) {
            session(endpoint, SshCredentials.password(new char[0]), keys, options, jump)
                    .disconnect();
        } catch (PluginException e) {
            if (keys.shown().isEmpty()) {
                throw e;
            }
        }
        return keys.shown()
                .orElseThrow(() -> new PluginException(
                        ErrorKind.UNAVAILABLE, endpoint.host() + " did not show a host key; is this a server of SSH?"));
    }

    private static @Nullable JschConnection jump(SshOptions options) throws PluginException {
        if (options.jump().isEmpty()) {
            return null;
        }
        SshOptions.Jump jump = options.jump().get();
        SshOptions direct = new SshOptions(options.connectTimeout(), options.keepAlive(), java.util.Optional.empty());
        Session session = session(
                jump.endpoint(),
                jump.credentials(),
                new PinnedKeys(jump.endpoint().host(), jump.hostKeys().of(jump.endpoint())),
                direct,
                null);
        return new JschConnection(jump.endpoint(), session, null);
    }

    private static Session session(
            SshEndpoint endpoint,
            SshCredentials credentials,
            PinnedKeys keys,
            SshOptions options,
            @Nullable JschConnection jump)
            throws PluginException {
        Session session = prepared(endpoint, credentials, keys, options);
        long stall = (UNANSWERED + 1L) * millis(options.keepAlive());
        @Nullable JumpProxy proxy = jump == null ? null : new JumpProxy(jump, stall);
        if (proxy != null) {
            session.setProxy(proxy);
        } else {
            session.setSocketFactory(new GuardedSockets(millis(options.connectTimeout()), stall));
        }
        try {
            session.connect(millis(options.connectTimeout()));
            if (proxy != null) {
                proxy.askAfter(millis(options.keepAlive()));
            }
            return session;
        } catch (JSchException e) {
            session.disconnect();
            throw Failures.ofLogin(endpoint, keys, e);
        }
    }

    private static Session prepared(
            SshEndpoint endpoint, SshCredentials credentials, PinnedKeys keys, SshOptions options)
            throws PluginException {
        JSch jsch = new JSch();
        if (credentials.key().isPresent()) {
            addKey(jsch, endpoint, credentials.key().get());
        }
        try {
            Session session = jsch.getSession(endpoint.user(), endpoint.host(), endpoint.port());
            session.setHostKeyRepository(keys);
            session.setConfig("StrictHostKeyChecking", "yes");
            session.setConfig("PreferredAuthentications", "publickey,keyboard-interactive,password");
            if (!keys.pinned().isEmpty()) {
                session.setConfig("server_host_key", algorithms(keys.pinned()));
            }
            credentials.password().ifPresent(password -> {
                byte[] bytes = utf8(password);
                session.setPassword(bytes);
                session.setUserInfo(new PasswordOnly(new String(bytes, StandardCharsets.UTF_8)));
            });
            session.setDaemonThread(true);
            session.setServerAliveInterval(millis(options.keepAlive()));
            session.setServerAliveCountMax(UNANSWERED);
            return session;
        } catch (JSchException e) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG, "cannot connect to " + endpoint + ": " + e.getMessage(), e);
        }
    }

    /** Only the types of the confirmed keys are asked for, or a host with several keys might show another one of its own. */
    private static String algorithms(List<HostKey> pinned) {
        return pinned.stream()
                .map(key -> key.type().equals("ssh-rsa") ? "rsa-sha2-512,rsa-sha2-256" : key.type())
                .distinct()
                .collect(Collectors.joining(","));
    }

    private static void addKey(JSch jsch, SshEndpoint endpoint, SshCredentials.Key key) throws PluginException {
        char @Nullable [] passphrase = key.passphrase();
        byte @Nullable [] secret = passphrase == null ? null : utf8(passphrase);
        try {
            jsch.addIdentity(endpoint.toString(), key.text().getBytes(StandardCharsets.US_ASCII), null, secret);
            boolean encrypted = jsch.getIdentityRepository().getIdentities().stream()
                    .anyMatch(com.jcraft.jsch.Identity::isEncrypted);
            if (encrypted) {
                throw new PluginException(
                        ErrorKind.INVALID_CONFIG,
                        "the private key for " + endpoint + " is encrypted, and "
                                + (secret == null
                                        ? "there is no passphrase for it"
                                        : "the passphrase does not open it"));
            }
        } catch (JSchException e) {
            // its message may quote the key
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "the private key for " + endpoint
                            + (secret == null
                                    ? " cannot be read;"
                                    : " cannot be read, or its passphrase does not open it;")
                            + " expected is the content of a file made by ssh-keygen (OpenSSH or PEM)");
        } finally {
            if (secret != null) {
                Arrays.fill(secret, (byte) 0);
            }
        }
    }

    private static byte[] utf8(char[] text) {
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(text));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        Arrays.fill(encoded.array(), (byte) 0);
        return bytes;
    }

    private static int millis(java.time.Duration duration) {
        return (int) Math.min(Integer.MAX_VALUE, duration.toMillis());
    }
}
