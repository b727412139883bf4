package io.holdfast.core.role.internal;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.karaf.features.FeaturesService;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
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
 *
 * <p>The container cannot go on with an installation that was cut off: it may note features as installed whose bundles it has never
 * started. So the file {@code complete} in its cache says which role has been taken to the end. {@code bin/setenv} removes a cache without
 * it before the start; what is found without it nevertheless is installed again.
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
    private final CompleteMark complete;
    // installing takes seconds and may restart this very component: never on the thread that activates it
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        var worker = new Thread(work, "holdfast-role");
        worker.setDaemon(true);
        return worker;
    });

    @Activate
    public RoleSelector(BundleContext context, @Reference FeaturesService features, Config config) {
        this(new KarafFeatures(features), new CompleteMark(Path.of(context.getProperty(Constants.FRAMEWORK_STORAGE))));
        configure(config);
    }

    RoleSelector(InstalledFeatures features, CompleteMark complete) {
        this.features = features;
        this.complete = complete;
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
        Role role;
        try {
            role = Role.parse(configured);
        } catch (IllegalArgumentException e) {
            LOG.error("etc/io.holdfast.role.cfg: {}. What is installed stays as it is", e.getMessage());
            return;
        }
        try {
            become(role);
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
        String taken = complete.read();
        if (!missing.isEmpty() || !surplus.isEmpty() || !taken.equals(role.name())) {
            LOG.info("Role {}: installing {}, removing {}", role, missing, surplus);
            complete.remove();
            try {
                // all of them: of those that are there, bundles may not have been started yet
                features.change(role.features(), surplus);
            } catch (Exception e) {
                if (!taken.isEmpty() && features.required(Role.allFeatures()).equals(present)) {
                    complete.write(taken); // nothing has changed
                }
                throw e;
            }
            complete.write(role.name());
        }
        LOG.info("The role of this appliance: {}", role);
    }
}
