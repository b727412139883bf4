package io.holdfast.core.security;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The appliance's own certificate authority and the certificate of its web server. An OSGi service, present once both
 * exist; it does not need the catalogue. All methods may be called from any thread.
 */
@ProviderType
public interface Certificates {

    /** The authority. */
    Info authority();

    /** The web server. */
    Info server();

    /** The authority's certificate as a PEM file, for {@code curl --cacert} and browsers. */
    Path authorityFile();

    /**
     * What there is to know about a certificate.
     *
     * @param subject distinguished name
     * @param names host names and addresses that it is valid for
     * @param sha256 fingerprint, upper-case hexadecimal with colons
     * @param notBefore valid from
     * @param notAfter valid until
     */
    record Info(String subject, List<String> names, String sha256, Instant notBefore, Instant notAfter) {

        /** Copies the names. */
        public Info {
            names = List.copyOf(names);
        }
    }
}
