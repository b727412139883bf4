package io.holdfast.transport.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;

/** The server that itests/lab/sshd.sh has started. */
final class SshdLab {

    static final Duration KEEP_ALIVE = Duration.ofMillis(500);

    private final Path directory;
    private final Properties properties = new Properties();

    SshdLab() throws IOException {
        String given = System.getenv("HOLDFAST_LAB_SSHD");
        assertThat(given)
                .as("HOLDFAST_LAB_SSHD, as itests/lab/sshd.sh start prints it")
                .isNotNull();
        directory = Path.of(given);
        properties.load(new StringReader(Files.readString(directory.resolve("host.properties"))));
    }

    SshEndpoint endpoint() {
        return new SshEndpoint(
                "127.0.0.1", Integer.parseInt(properties.getProperty("port")), properties.getProperty("user"));
    }

    /** A port that logs in by password only: {@code passwordPort} or {@code dialoguePort}. Needs a lab that root started. */
    SshEndpoint endpoint(String name) {
        String port = properties.getProperty(name);
        assumeTrue(port != null, "logins by password need an SSH server that root started");
        return new SshEndpoint("127.0.0.1", Integer.parseInt(port), properties.getProperty("user"));
    }

    String password() {
        return properties.getProperty("password");
    }

    String hostKeyLine() {
        return properties.getProperty("hostKey");
    }

    HostKeys hostKeys() throws Exception {
        return HostKeys.parse(hostKeyLine());
    }

    SshCredentials key(String name) throws IOException {
        return SshCredentials.privateKey(Files.readString(directory.resolve(name)), null);
    }

    String publicKey(String name) throws IOException {
        return Files.readString(directory.resolve(name + ".pub"));
    }

    SshCredentials encryptedKey(String passphrase) throws IOException {
        return SshCredentials.privateKey(Files.readString(directory.resolve("id_encrypted")), passphrase.toCharArray());
    }

    SshOptions options() {
        return new SshOptions(Duration.ofSeconds(20), KEEP_ALIVE, Optional.empty());
    }

    /** The server stands in for the host in between, too. */
    SshOptions throughItself() throws Exception {
        return options().through(new SshOptions.Jump(endpoint(), key("id_ed25519"), hostKeys()));
    }

    SshConnection open() throws Exception {
        return SshConnection.open(endpoint(), key("id_ed25519"), hostKeys(), options());
    }

    SshConnection openThroughItself() throws Exception {
        return SshConnection.open(endpoint(), key("id_ed25519"), hostKeys(), throughItself());
    }
}
