package io.holdfast.core.scheduler.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.IdSource;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.catalog.PolicyItem;
import io.holdfast.core.catalog.PolicyRun;
import io.holdfast.core.dispatch.Workflows;
import io.holdfast.core.plugins.PluginRegistry;
import io.holdfast.core.scheduler.Policies;
import io.holdfast.core.scheduler.PolicyInfo;
import io.holdfast.core.scheduler.PolicyPreview;
import io.holdfast.core.scheduler.PolicySpec;
import io.holdfast.spi.PluginException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Policies as a service, with the thread that lets them run. */
@Component(service = Policies.class, immediate = true, configurationPid = "io.holdfast.core.scheduler")
@Designate(ocd = SchedulerConfiguration.class)
public final class SchedulerComponent implements Policies {

    /**
     * How it looks.
     *
     * @param look how often, unless something happens before
     * @param betweenRetentions how much time passes at least between two retentions of one policy
     * @param betweenInventories how often providers are asked for their instances; zero for never
     * @param verification within which time everything on a destination is read again; zero for never
     * @param keepRuns for how long it is remembered what runs did
     */
    record Settings(
            Duration look,
            Duration betweenRetentions,
            Duration betweenInventories,
            Duration verification,
            Duration keepRuns) {
        static Settings of(SchedulerConfiguration c) {
            return new Settings(
                    Duration.ofSeconds(Math.min(60, Math.max(1, c.look_seconds()))),
                    Duration.ofHours(Math.max(0, c.retention_hours())),
                    Duration.ofMinutes(Math.max(0, c.inventory_minutes())),
                    Duration.ofDays(Math.min(3650, Math.max(0, c.verification_days()))),
                    Duration.ofDays(Math.max(1, c.keep_days())));
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(SchedulerComponent.class);

    private final Engine engine;
    private final Policies policies;
    private final Duration look;
    private final Semaphore wanted = new Semaphore(0);
    private final Thread thread;

    @Activate
    public SchedulerComponent(
            @Reference Catalog catalog,
            @Reference IdSource ids,
            @Reference Workflows workflows,
            @Reference PluginRegistry plugins,
            SchedulerConfiguration configuration) {
        this(catalog, ids, workflows, plugins, Clock.systemUTC(), Settings.of(configuration));
    }

    SchedulerComponent(
            Catalog catalog,
            IdSource ids,
            Workflows workflows,
            PluginRegistry plugins,
            Clock clock,
            Settings settings) {
        Estates estates = new Estates(catalog);
        Starter starter = new Starter(catalog, ids, estates, clock);
        Ends ends = new Ends(catalog, workflows, ids, estates, settings.betweenRetentions(), clock);
        Progress progress = new Progress(catalog, workflows, clock);
        Inventories inventories = new Inventories(catalog, workflows, plugins, settings.betweenInventories(), clock);
        Verifications verifications = new Verifications(catalog, workflows, settings.verification(), clock);
        engine = new Engine(
                catalog, estates, inventories, verifications, starter, progress, ends, settings.keepRuns(), clock);
        PolicyCheck check = new PolicyCheck(catalog, plugins);
        policies = new PolicyService(catalog, ids, check, estates, starter, clock, wanted::release);
        look = settings.look();
        thread = new Thread(this::run, "holdfast-scheduler");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                lookSafely();
                boolean asked = wanted.tryAcquire(look.toMillis(), TimeUnit.MILLISECONDS);
                if (asked) {
                    wanted.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the component ends
        }
    }

    private void lookSafely() {
        try {
            engine.look();
        } catch (RuntimeException e) {
            LOG.warn("the scheduler could not look after the policies; it tries again", e);
        }
    }

    @Deactivate
    void stop() {
        thread.interrupt();
    }

    @Override
    public Page<PolicyInfo> list(PageRequest page) {
        return policies.list(page);
    }

    @Override
    public Optional<PolicyInfo> find(String id) {
        return policies.find(id);
    }

    @Override
    public void check(@Nullable String id, PolicySpec spec) throws PluginException {
        policies.check(id, spec);
    }

    @Override
    public PolicyInfo create(PolicySpec spec) throws PluginException {
        return policies.create(spec);
    }

    @Override
    public PolicyInfo update(String id, PolicySpec spec) throws PluginException {
        return policies.update(id, spec);
    }

    @Override
    public void remove(String id) throws PluginException {
        policies.remove(id);
    }

    @Override
    public PolicyPreview preview(String id) throws PluginException {
        return policies.preview(id);
    }

    @Override
    public PolicyRun run(String id, boolean full, String user) throws PluginException {
        return policies.run(id, full, user);
    }

    @Override
    public Page<PolicyRun> runs(String id, PageRequest page) throws PluginException {
        return policies.runs(id, page);
    }

    @Override
    public Optional<PolicyRun> findRun(String runId) {
        return policies.findRun(runId);
    }

    @Override
    public List<PolicyItem> items(String id, String runId) throws PluginException {
        return policies.items(id, runId);
    }
}
