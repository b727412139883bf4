package io.holdfast.core.role.internal;

import java.util.HashSet;
import java.util.Set;
import org.apache.karaf.features.FeaturesService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
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

    @Activate
    public RoleSelector(@Reference FeaturesService features, Config config) {
        this(new KarafFeatures(features));
        // installing takes seconds and may restart this very component: never on the thread that activates it
        var worker = new Thread(() -> follow(config.role()), "holdfast-role");
        worker.setDaemon(true);
        worker.start();
    }

    RoleSelector(InstalledFeatures features) {
        this.features = features;
    }

    void follow(String configured) {
        try {
            Role role = Role.parse(configured);
            Set<String> present = features.required(Role.allFeatures());
            Set<String> missing = new HashSet<>(role.features());
            missing.removeAll(present);
            Set<String> surplus = new HashSet<>(present);
            surplus.removeAll(role.features());
            if (!missing.isEmpty() || !surplus.isEmpty()) {
                LOG.info("Role {}: installing {}, removing {}", role, missing, surplus);
                features.change(missing, surplus);
            }
            LOG.info("This appliance is a {}", role);
        } catch (Exception e) {
            LOG.error(
                    "Cannot take the role '{}' of etc/io.holdfast.role.cfg: {}. What is installed stays as it is; correct the"
                            + " file and save it to try again",
                    configured,
                    e.getMessage(),
                    e);
        }
    }
}
