package io.holdfast.core.role.internal;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.karaf.features.FeaturesService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Installs the features of the configured role and removes those of the others, at the first start and whenever
 * {@code etc/io.holdfast.role.cfg} changes. What is installed survives restarts, so usually there is nothing to do.
 */
@Component(
        service = RoleSelector.class,
        immediate = true,
        configurationPid = "io.holdfast.role",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class RoleSelector {

    private static final Logger LOG = LoggerFactory.getLogger(RoleSelector.class);

    /** The content of {@code etc/io.holdfast.role.cfg}. */
    @interface Config {
        /** {@code server}, {@code node} or {@code both}. */
        String role() default "both";
    }

    private final InstalledFeatures features;
    // installing takes seconds and may restart this very component: never on the thread that activates it
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        var worker = new Thread(work, "holdfast-role");
        worker.setDaemon(true);
        return worker;
    });

    @Activate
    public RoleSelector(@Reference FeaturesService features, Config config) {
        this(new KarafFeatures(features));
        configure(config);
    }

    RoleSelector(InstalledFeatures features) {
        this.features = features;
    }

    @Modified
    void configure(Config config) {
        thread.execute(() -> follow(config.role()));
    }

    @Deactivate
    void stop() {
        // without interrupting: a change that has begun is finished, even if it is what stops us
        thread.shutdown();
    }

    void follow(String configured) {
        try {
            become(Role.parse(configured));
        } catch (IllegalArgumentException e) {
            LOG.error("etc/io.holdfast.role.cfg: {}. What is installed stays as it is", e.getMessage());
        } catch (Exception e) {
            LOG.error(
                    "Cannot take the role '{}'. Saving etc/io.holdfast.role.cfg again, or a restart, tries again",
                    configured,
                    e);
        }
    }

    private void become(Role role) throws Exception {
        Set<String> present = features.required(Role.allFeatures());
        Set<String> missing = new HashSet<>(role.features());
        missing.removeAll(present);
        Set<String> surplus = new HashSet<>(present);
        surplus.removeAll(role.features());
        if (!missing.isEmpty() || !surplus.isEmpty()) {
            LOG.info("Role {}: installing {}, removing {}", role, missing, surplus);
            features.change(missing, surplus);
        }
        LOG.info("The role of this appliance: {}", role);
    }
}
