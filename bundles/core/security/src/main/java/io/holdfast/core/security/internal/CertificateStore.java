package io.holdfast.core.security.internal;

import io.holdfast.core.security.Certificates.Info;
import io.holdfast.core.security.internal.IssuedCertificates.Identity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of the authority and of the server's certificate: {@code ca.key}, {@code ca.pem}, {@code server-SERIAL.p12} and
 * {@code keystore-password}. A renewed certificate gets a new file, so that the web server notices.
 */
final class CertificateStore {

    /** What the web server needs to know. */
    record ServerKeys(Path keyStore, String password, X509Certificate certificate) {}

    static final String AUTHORITY_KEY = "ca.key";
    static final String AUTHORITY = "ca.pem";
    private static final String PASSWORD = "keystore-password";
    private static final String ALIAS = "holdfast";
    private static final Duration RENEW_BEFORE = Duration.ofDays(30);
    private static final Logger LOG = LoggerFactory.getLogger(CertificateStore.class);

    private final PrivateFiles files;
    private final Path directory;
    private final Clock clock;
    private final SecureRandom random;
    private final IssuedCertificates issuer;

    CertificateStore(Path directory, Clock clock, SecureRandom random) throws IOException {
        this.files = new PrivateFiles(directory);
        this.directory = directory;
        this.clock = clock;
        this.random = random;
        this.issuer = new IssuedCertificates(clock, random);
    }

    /** The authority; made if there is none, or if it has expired. */
    Identity authority() throws IOException, GeneralSecurityException {
        Optional<byte[]> key = files.read(AUTHORITY_KEY);
        Optional<byte[]> certificate = files.read(AUTHORITY);
        if (key.isPresent() && certificate.isPresent()) {
            Identity found =
                    new Identity(IssuedCertificates.key(key.get()), IssuedCertificates.certificate(certificate.get()));
            if (clock.instant().isBefore(found.certificate().getNotAfter().toInstant())) {
                return found;
            }
            LOG.warn(
                    "The certificate authority has expired; a new one is made, clients must be given {}",
                    files.path(AUTHORITY));
        }
        Identity made = issuer.authority();
        // the certificate last: both or none are used
        files.write(AUTHORITY_KEY, IssuedCertificates.pem(made.key()));
        files.write(AUTHORITY, IssuedCertificates.pem(made.certificate()));
        LOG.info("A certificate authority was made: {}", files.path(AUTHORITY));
        return made;
    }

    /** The server's key store; made anew if it is missing, unreadable, about to expire, or for other names. */
    ServerKeys server(Identity authority, Collection<String> names) throws IOException, GeneralSecurityException {
        String password = password();
        List<String> wanted = List.copyOf(new TreeSet<>(names));
        for (Path file : keyStores()) {
            X509Certificate found = usable(file, password, authority, wanted);
            if (found != null) {
                return new ServerKeys(file, password, found);
            }
        }
        List<Path> old = keyStores();
        Identity made = issuer.server(authority, wanted);
        String name =
                "server-" + made.certificate().getSerialNumber().toString(16).substring(0, 12) + ".p12";
        files.write(name, keyStore(made, authority, password));
        for (Path file : old) {
            Files.deleteIfExists(file);
        }
        LOG.info(
                "A certificate for {} was made, valid until {}",
                wanted,
                made.certificate().getNotAfter().toInstant());
        return new ServerKeys(files.path(name), password, made.certificate());
    }

    /**
     * What to write into a configuration, which ends up in a file of etc/: a reference to the password's file where the
     * container resolves references in our directory, otherwise the password.
     */
    String passwordForConfiguration(ServerKeys keys, @Nullable String secretsDirectory) {
        boolean resolved = secretsDirectory != null
                && Path.of(secretsDirectory).toAbsolutePath().normalize().equals(directory.normalize());
        return resolved ? "$[secret:" + PASSWORD + "]" : keys.password();
    }

    private String password() throws IOException {
        Optional<byte[]> stored = files.read(PASSWORD);
        if (stored.isPresent()) {
            return new String(stored.get(), StandardCharsets.US_ASCII).trim();
        }
        String made = RandomText.of(32, random);
        files.write(PASSWORD, made.getBytes(StandardCharsets.US_ASCII));
        return made;
    }

    private List<Path> keyStores() throws IOException {
        List<Path> found = new java.util.ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "server-*.p12")) {
            entries.forEach(found::add);
        }
        return found;
    }

    private @Nullable X509Certificate usable(Path file, String password, Identity authority, List<String> names) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(Files.readAllBytes(file)), password.toCharArray());
            if (!(store.getKey(ALIAS, password.toCharArray()) instanceof PrivateKey)
                    || !(store.getCertificate(ALIAS) instanceof X509Certificate certificate)) {
                return null;
            }
            certificate.verify(authority.certificate().getPublicKey());
            Instant now = clock.instant();
            Instant end = certificate.getNotAfter().toInstant();
            boolean lasts = now.isAfter(certificate.getNotBefore().toInstant())
                    && now.plus(RENEW_BEFORE).isBefore(end);
            return lasts && names.equals(names(certificate)) ? certificate : null;
        } catch (IOException | GeneralSecurityException e) {
            LOG.warn("The key store {} cannot be used and is made anew: {}", file, e.getMessage());
            return null;
        }
    }

    private static byte[] keyStore(Identity server, Identity authority, String password)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        Certificate[] chain = {server.certificate(), authority.certificate()};
        store.setKeyEntry(ALIAS, server.key(), password.toCharArray(), chain);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        store.store(out, password.toCharArray());
        return out.toByteArray();
    }

    Path authorityFile() {
        return files.path(AUTHORITY);
    }

    static Info info(X509Certificate certificate) throws GeneralSecurityException {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
        return new Info(
                certificate.getSubjectX500Principal().getName(),
                names(certificate),
                HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest),
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant());
    }

    /** Names and addresses, sorted, addresses in the one form that we write. */
    private static List<String> names(X509Certificate certificate) throws GeneralSecurityException {
        Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
        TreeSet<String> names = new TreeSet<>();
        if (alternatives != null) {
            alternatives.forEach(alternative -> names.add(shortAddress(String.valueOf(alternative.get(1)))));
        }
        return List.copyOf(names);
    }

    private static String shortAddress(String name) {
        return name.equals("0:0:0:0:0:0:0:1") ? "::1" : name;
    }
}
