package io.holdfast.core.security.internal;

import java.nio.file.Path;
import org.osgi.framework.BundleContext;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** {@code etc/io.holdfast.core.security.cfg}. */
@ObjectClassDefinition(name = "Holdfast security", description = "Keys, certificates and the first password")
@interface SecurityConfig {

    @AttributeDefinition(
            name = "Directory",
            description = "where keys and certificates are; empty for 'security' in the data directory")
    String directory() default "";

    @AttributeDefinition(
            name = "Server names",
            description = "host names and addresses, besides localhost and this host's name, that the web server's"
                    + " certificate is valid for")
    String[] server_names() default {};

    /** What follows from a configuration. */
    final class Reading {
        private Reading() {}

        static Path directory(SecurityConfig config, BundleContext context) {
            String given = config.directory().trim();
            if (!given.isEmpty()) {
                return Path.of(given).toAbsolutePath();
            }
            String data = context.getProperty("karaf.data");
            return Path.of(data == null ? "data" : data).toAbsolutePath().resolve("security");
        }
    }
}
