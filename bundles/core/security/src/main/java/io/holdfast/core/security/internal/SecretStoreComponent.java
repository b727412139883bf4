package io.holdfast.core.security.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.security.SecretStore;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import javax.crypto.SecretKey;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Seals with the appliance's master key. Not there while the key does not fit the catalogue. */
@Component(service = SecretStore.class, immediate = true, configurationPid = "io.holdfast.core.security")
public final class SecretStoreComponent extends SealedSecrets {

    /** For the container. */
    @Activate
    public SecretStoreComponent(@Reference Catalog catalog, BundleContext context, SecurityConfig config)
            throws IOException {
        this(catalog, SecurityConfig.Reading.directory(config, context), new SecureRandom());
    }

    SecretStoreComponent(Catalog catalog, Path directory, SecureRandom random) throws IOException {
        super(key(catalog, directory, random), random);
    }

    private static SecretKey key(Catalog catalog, Path directory, SecureRandom random) throws IOException {
        return MasterKey.load(new PrivateFiles(directory), catalog, random);
    }
}
