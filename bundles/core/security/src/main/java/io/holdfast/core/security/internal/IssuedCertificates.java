package io.holdfast.core.security.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes keys and certificates: EC P-256, SHA-256. The JDK has no public interface for that, BouncyCastle has. */
final class IssuedCertificates {

    /** A key and the certificate of its public half. */
    record Identity(PrivateKey key, X509Certificate certificate) {}

    private static final Duration AUTHORITY_LIFE = Duration.ofDays(3_653);
    /** What browsers accept at most. */
    private static final Duration SERVER_LIFE = Duration.ofDays(397);
    /** Clocks differ. */
    private static final Duration EARLIER = Duration.ofDays(1);

    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F:]*:[0-9a-fA-F:.]*");
    private static final Pattern PEM = Pattern.compile("-----(BEGIN|END) [A-Z ]+-----|\\s");

    private final Clock clock;
    private final SecureRandom random;

    IssuedCertificates(Clock clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
    }

    Identity authority() throws GeneralSecurityException {
        KeyPair pair = keyPair();
        // the name is unique, so that two appliances' authorities can be trusted side by side
        X500Name name = new X500Name(
                "O=Holdfast,CN=Holdfast CA " + serial().toString(16).substring(0, 8));
        Instant end = clock.instant().plus(AUTHORITY_LIFE);
        try {
            JcaX509v3CertificateBuilder builder = builder(name, name, pair.getPublic(), end);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
            return new Identity(pair.getPrivate(), sign(builder, pair.getPrivate()));
        } catch (IOException | OperatorCreationException e) {
            throw new GeneralSecurityException("making the certificate of the authority", e);
        }
    }

    Identity server(Identity authority, List<String> names) throws GeneralSecurityException {
        KeyPair pair = keyPair();
        Instant longest = clock.instant().plus(SERVER_LIFE);
        Instant limit = authority.certificate().getNotAfter().toInstant();
        try {
            JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
            JcaX509v3CertificateBuilder builder = builder(
                    X500Name.getInstance(
                            authority.certificate().getSubjectX500Principal().getEncoded()),
                    new X500Name("O=Holdfast,CN=Holdfast appliance"),
                    pair.getPublic(),
                    longest.isAfter(limit) ? limit : longest);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            builder.addExtension(Extension.subjectAlternativeName, false, alternatives(names));
            builder.addExtension(
                    Extension.authorityKeyIdentifier, false, ids.createAuthorityKeyIdentifier(authority.certificate()));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(pair.getPublic()));
            return new Identity(pair.getPrivate(), sign(builder, authority.key()));
        } catch (IOException | OperatorCreationException e) {
            throw new GeneralSecurityException("making the certificate of the server", e);
        }
    }

    private static GeneralNames alternatives(List<String> names) {
        return new GeneralNames(names.stream()
                .map(name -> new GeneralName(isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
                .toArray(GeneralName[]::new));
    }

    static boolean isAddress(String name) {
        return ADDRESS.matcher(name).matches();
    }

    private JcaX509v3CertificateBuilder builder(X500Name issuer, X500Name subject, PublicKey key, Instant end) {
        Date from = Date.from(clock.instant().minus(EARLIER));
        return new JcaX509v3CertificateBuilder(issuer, serial(), from, Date.from(end), subject, key);
    }

    private BigInteger serial() {
        // positive, never short
        return new BigInteger(126, random).setBit(126);
    }

    private KeyPair keyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random);
        return generator.generateKeyPair();
    }

    private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key)
            throws OperatorCreationException, GeneralSecurityException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    }

    static byte[] pem(X509Certificate certificate) throws GeneralSecurityException {
        return pem("CERTIFICATE", certificate.getEncoded());
    }

    static byte[] pem(PrivateKey key) {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    private static byte[] pem(String kind, byte[] content) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return ("-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    static X509Certificate certificate(byte[] pem) throws GeneralSecurityException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
    }

    static PrivateKey key(byte[] pem) throws GeneralSecurityException {
        String text = PEM.matcher(new String(pem, StandardCharsets.US_ASCII)).replaceAll("");
        try {
            return KeyFactory.getInstance("EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text)));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("not a key in PEM form", e);
        }
    }
}
