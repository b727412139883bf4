package io.holdfast.transport.nbd;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An authority, a server named nbd.example and a client, made by openssl with the file names that nbdkit and QEMU want. */
final class Certificates {

    private static final char[] PASSWORD = "changeit".toCharArray();

    private final Path directory;

    Certificates(Path directory) throws Exception {
        this.directory = directory;
        openssl(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=authority",
                "-keyout",
                "ca-key.pem",
                "-out",
                "ca-cert.pem");
        issue("server", "nbd.example");
        issue("client", "client.example");
    }

    private void issue(String role, String name) throws Exception {
        Files.writeString(directory.resolve(role + ".ext"), "subjectAltName=DNS:" + name + "\n");
        openssl(
                "req",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-subj",
                "/CN=" + name,
                "-keyout",
                role + "-key.pem",
                "-out",
                role + ".csr");
        openssl(
                "x509",
                "-req",
                "-in",
                role + ".csr",
                "-CA",
                "ca-cert.pem",
                "-CAkey",
                "ca-key.pem",
                "-CAcreateserial",
                "-days",
                "2",
                "-extfile",
                role + ".ext",
                "-out",
                role + "-cert.pem");
        openssl(
                "pkcs12",
                "-export",
                "-in",
                role + "-cert.pem",
                "-inkey",
                role + "-key.pem",
                "-certfile",
                "ca-cert.pem",
                "-passout",
                "pass:changeit",
                "-out",
                role + ".p12");
    }

    private void openssl(String... arguments) throws Exception {
        var command = new String[arguments.length + 1];
        command[0] = "openssl";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Tool.run(directory, command);
    }

    SSLContext server() throws Exception {
        return context("server.p12");
    }

    SSLContext client() throws Exception {
        return context("client.p12");
    }

    /** Trusts the authority and has no certificate. */
    SSLContext stranger() throws Exception {
        return context(null);
    }

    private SSLContext context(String keys) throws Exception {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(directory.resolve("ca-cert.pem"))) {
            trusted.setCertificateEntry(
                    "ca",
                    java.security.cert.CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        var key = KeyManagerFactory.getInstance("PKIX");
        var own = KeyStore.getInstance("PKCS12");
        try (InputStream in = keys == null ? null : Files.newInputStream(directory.resolve(keys))) {
            own.load(in, PASSWORD);
        }
        key.init(own, PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(key.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
