package io.holdfast.core.security.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.security.internal.CertificateStore.ServerKeys;
import io.holdfast.core.security.internal.IssuedCertificates.Identity;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The appliance's own certificates. */
class CertificatesTest {

    private static final Set<String> NAMES = Set.of("localhost", "127.0.0.1", "::1", "backup.example");

    @TempDir
    Path directory;

    private final TestClock clock = new TestClock();

    @Test
    void a_client_that_trusts_the_authority_talks_tls_1_3_to_the_server() throws Exception {
        CertificateStore store = store();
        ServerKeys keys = store.server(store.authority(), NAMES);
        SSLContext serverSide = SSLContext.getInstance("TLS");
        serverSide.init(keyManagers(keys), null, null);
        SSLContext clientSide = SSLContext.getInstance("TLS");
        clientSide.init(null, trustIn(directory.resolve("ca.pem")), null);

        try (SSLServerSocket server =
                (SSLServerSocket) serverSide.getServerSocketFactory().createServerSocket(0)) {
            Thread answering = new Thread(() -> {
                try (SSLSocket accepted = (SSLSocket) server.accept()) {
                    accepted.getOutputStream().write(42);
                } catch (Exception e) {
                    // the client's side of the test tells
                }
            });
            answering.start();
            try (SSLSocket client =
                    (SSLSocket) clientSide.getSocketFactory().createSocket("127.0.0.1", server.getLocalPort())) {
                var parameters = client.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                parameters.setProtocols(new String[] {"TLSv1.3"});
                client.setSSLParameters(parameters);
                assertThat(client.getInputStream().read()).isEqualTo(42);
            }
            answering.join(10_000);
        }
    }

    @Test
    void names_and_lives_are_as_asked_for() throws Exception {
        CertificateStore store = store();
        Identity authority = store.authority();
        var ca = CertificateStore.info(authority.certificate());
        var server = CertificateStore.info(store.server(authority, NAMES).certificate());
        assertThat(server.names()).containsExactlyInAnyOrderElementsOf(NAMES);
        assertThat(server.sha256()).matches("([0-9A-F]{2}:){31}[0-9A-F]{2}");
        assertThat(Duration.between(clock.instant(), server.notAfter())).isEqualTo(Duration.ofDays(397));
        assertThat(Duration.between(clock.instant(), ca.notAfter())).isGreaterThan(Duration.ofDays(3_650));
        assertThat(authority.certificate().getBasicConstraints()).isZero();
        assertThat(authority.certificate().getPublicKey().getAlgorithm()).isEqualTo("EC");
    }

    @Test
    void a_restart_changes_nothing() throws Exception {
        ServerKeys before = store().server(store().authority(), NAMES);
        ServerKeys after = store().server(store().authority(), NAMES);
        assertThat(after).isEqualTo(before);
    }

    @Test
    void a_certificate_is_renewed_before_it_expires_and_the_authority_stays() throws Exception {
        X509Certificate authority = store().authority().certificate();
        ServerKeys before = store().server(store().authority(), NAMES);
        clock.advance(Duration.ofDays(366));
        assertThat(store().server(store().authority(), NAMES)).isEqualTo(before);
        clock.advance(Duration.ofDays(2));
        ServerKeys after = store().server(store().authority(), NAMES);
        assertThat(after.keyStore()).isNotEqualTo(before.keyStore());
        assertThat(before.keyStore()).doesNotExist();
        assertThat(store().authority().certificate()).isEqualTo(authority);
    }

    @Test
    void other_names_make_another_certificate() throws Exception {
        ServerKeys before = store().server(store().authority(), NAMES);
        ServerKeys after = store().server(store().authority(), Set.of("localhost"));
        assertThat(after.certificate()).isNotEqualTo(before.certificate());
    }

    @Test
    void a_damaged_key_store_is_made_anew() throws Exception {
        ServerKeys before = store().server(store().authority(), NAMES);
        Files.writeString(before.keyStore(), "damaged");
        ServerKeys after = store().server(store().authority(), NAMES);
        assertThat(after.certificate()).isNotEqualTo(before.certificate());
    }

    @Test
    void a_clock_that_jumped_back_makes_a_certificate_that_is_valid_now() throws Exception {
        store().server(store().authority(), NAMES);
        clock.advance(Duration.ofDays(-3_000));
        X509Certificate certificate = store().server(store().authority(), NAMES).certificate();
        assertThat(certificate.getNotBefore().toInstant()).isBefore(clock.instant());
    }

    @Test
    void an_expired_authority_is_replaced() throws Exception {
        X509Certificate before = store().authority().certificate();
        clock.advance(Duration.ofDays(3_700));
        X509Certificate after = store().authority().certificate();
        assertThat(after.getSubjectX500Principal()).isNotEqualTo(before.getSubjectX500Principal());
        store().server(store().authority(), NAMES).certificate().verify(after.getPublicKey());
    }

    @Test
    void only_the_owner_can_read_keys() throws Exception {
        store().server(store().authority(), NAMES);
        try (var files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo("rw-------");
            }
        }
    }

    @Test
    void names_come_from_the_host_and_the_configuration_and_nonsense_is_left_out() throws Exception {
        Path host = Files.writeString(directory.resolve("hostname"), "Vault-1\n");
        assertThat(CertificatesComponent.names(List.of("backup.example, 10.0.0.7", "", "no/slashes", "-x"), host))
                .containsExactly("localhost", "127.0.0.1", "::1", "vault-1", "backup.example", "10.0.0.7");
        assertThat(CertificatesComponent.names(List.of(), directory.resolve("missing")))
                .hasSize(3);
    }

    @Test
    void a_configuration_file_names_the_password_and_does_not_contain_it() throws Exception {
        CertificateStore store = store();
        ServerKeys keys = store.server(store.authority(), Set.of("localhost"));

        assertThat(store.passwordForConfiguration(keys, directory + "/.")).isEqualTo("$[secret:keystore-password]");
        assertThat(directory.resolve("keystore-password")).hasContent(keys.password());
        assertThat(store.passwordForConfiguration(keys, null)).isEqualTo(keys.password());
        assertThat(store.passwordForConfiguration(keys, "/elsewhere")).isEqualTo(keys.password());
    }

    private CertificateStore store() throws Exception {
        return new CertificateStore(directory, clock, new SecureRandom());
    }

    private static javax.net.ssl.KeyManager[] keyManagers(ServerKeys keys) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys.keyStore())) {
            store.load(in, keys.password().toCharArray());
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, keys.password().toCharArray());
        return factory.getKeyManagers();
    }

    private static javax.net.ssl.TrustManager[] trustIn(Path pem) throws Exception {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("ca", IssuedCertificates.certificate(Files.readAllBytes(pem)));
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trust);
        return factory.getTrustManagers();
    }
}
