package io.holdfast.core.security.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.CatalogException;
import io.holdfast.core.security.MasterKeyStatus;
import io.holdfast.core.security.MasterKeys;
import io.holdfast.core.security.SecretStore;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.keys.KeyServiceType;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the master key opened in the way that is in use, and registers {@link SecretStore} once it is. A key in a file is opened at
 * once; a key service is asked on a thread of its own, because it may take its time. It is asked again only when it says that this
 * may help; a refused PIN is not tried again.
 */
@Component(service = MasterKeys.class, immediate = true, configurationPid = "io.holdfast.core.security")
public final class MasterKeysComponent implements MasterKeys {

    private static final Logger LOG = LoggerFactory.getLogger(MasterKeysComponent.class);

    private final Map<String, KeyServiceType> types = new ConcurrentHashMap<>();
    private final SecureRandom random = new SecureRandom();
    private final MasterKeyring keyring;
    private final Function<SecretStore, Runnable> publisher;
    private final Patience patience;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "holdfast-master-key"));
    private final Object lock = new Object();

    private volatile String message = "";
    private volatile @Nullable Runnable withdrawal;
    private long wait;
    /** Whether the key service has answered: it is not bothered again by chance, only with a reason. */
    private volatile boolean asked;

    /** How long is waited, in milliseconds: for a key service's plugin before its absence is told, and before asking again. */
    record Patience(long plugin, long first, long longest) {
        static Patience standard() {
            return new Patience(10_000, 15_000, 600_000);
        }
    }

    /** For the container. */
    @Activate
    public MasterKeysComponent(
            @Reference Catalog catalog, BundleContext context, SecurityConfig config, Map<String, Object> properties)
            throws IOException {
        this(
                catalog,
                new PrivateFiles(SecurityConfig.Reading.directory(config, context)),
                KeyWays.of(properties),
                store -> register(context, store),
                Patience.standard());
    }

    MasterKeysComponent(
            Catalog catalog,
            PrivateFiles files,
            KeyWays ways,
            Function<SecretStore, Runnable> publisher,
            Patience patience) {
        this.keyring = new MasterKeyring(files, catalog, ways, types, random);
        this.publisher = publisher;
        this.patience = patience;
        this.wait = patience.first();
        begin();
    }

    private static Runnable register(BundleContext context, SecretStore store) {
        ServiceRegistration<SecretStore> registration = context.registerService(SecretStore.class, store, null);
        return () -> {
            try {
                registration.unregister();
            } catch (IllegalStateException e) {
                // the framework was quicker: the bundle is stopping
            }
        };
    }

    private void begin() {
        try {
            if (keyring.inUse().equals(FILE)) {
                attempt();
            } else {
                later(patience.plugin(), () -> {
                    if (!asked) {
                        attempt();
                    }
                });
            }
        } catch (PluginException e) {
            failed(e);
        }
    }

    /** A kind of key service has come; perhaps the one that is waited for. */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    public void addType(KeyServiceType type) {
        if (types.putIfAbsent(type.id(), type) != null) {
            LOG.warn("Two plugins offer the key service '{}'; the first one stays", type.id());
            return;
        }
        later(0, () -> {
            if (!asked && keyring.type(keyring.inUse()).equals(type.id())) {
                attempt();
            }
        });
    }

    /** A kind of key service has left. What is open stays open. */
    public void removeType(KeyServiceType type) {
        if (types.remove(type.id(), type)) {
            asked = false; // what comes in its place may know better
        }
    }

    /** Something to be done with the key. */
    private interface Step {
        void run() throws PluginException;
    }

    private void later(long millis, Step step) {
        try {
            thread.schedule(
                    () -> {
                        synchronized (lock) {
                            try {
                                step.run();
                            } catch (PluginException | RuntimeException e) {
                                failed(e);
                            }
                        }
                    },
                    millis,
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // it is closing
        }
    }

    /** Opens the key; tells a failure, and tries again only where that helps. */
    private void attempt() {
        synchronized (lock) {
            if (withdrawal != null || thread.isShutdown()) {
                return;
            }
            try {
                asked = types.containsKey(keyring.type(keyring.inUse()));
                publish(keyring.open());
            } catch (PluginException | RuntimeException e) {
                failed(e);
                if (mayHelp(e)) {
                    later(wait, this::attempt);
                    wait = Math.min(patience.longest(), wait * 2);
                }
            }
        }
    }

    private static boolean mayHelp(Exception e) {
        return e instanceof CatalogException
                || e instanceof PluginException known && known.kind().retryable();
    }

    private void failed(Exception e) {
        String reason = e instanceof PluginException || e instanceof CatalogException
                ? String.valueOf(e.getMessage())
                : "a defect: " + e;
        if (!reason.equals(message)) { // once, not at each repetition
            message = reason;
            LOG.error("Secrets cannot be unsealed, so nothing can be backed up: {}", reason);
        }
        LOG.debug("Opening the master key", e);
    }

    private void publish(byte[] key) {
        if (withdrawal == null) {
            message = "";
            withdrawal = publisher.apply(new SealedSecrets(new SecretKeySpec(key, "AES"), random));
        }
    }

    @Override
    public MasterKeyStatus status() {
        try {
            return new MasterKeyStatus(withdrawal != null, message, keyring.list());
        } catch (PluginException e) {
            return new MasterKeyStatus(withdrawal != null, String.valueOf(e.getMessage()), List.of());
        }
    }

    @Override
    public void test(String way) throws PluginException {
        synchronized (lock) {
            keyring.test(way);
        }
    }

    @Override
    public void move(String way) throws PluginException {
        synchronized (lock) {
            keyring.move(way);
            publish(keyring.open());
            LOG.info("The master key is kept by '{}' from now on", way);
        }
    }

    @Override
    public void forget(String way) throws PluginException {
        synchronized (lock) {
            keyring.forget(way);
            LOG.info("'{}' does not keep the master key any more", way);
        }
    }

    /** For the container. */
    @Deactivate
    public void deactivate() {
        thread.shutdownNow();
        Runnable published;
        synchronized (lock) {
            published = withdrawal;
            withdrawal = null;
        }
        if (published != null) {
            published.run();
        }
    }
}
