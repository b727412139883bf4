package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.IdSource;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskLogLine;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowFilter;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.dispatch.WorkflowEvent;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.dispatch.Workflows;
import io.holdfast.core.inventory.Estate;
import io.holdfast.core.inventory.VaultKeys;
import io.holdfast.core.plugins.PluginRegistry;
import io.holdfast.core.policy.RetentionDecision;
import io.holdfast.core.policy.RetentionRule;
import io.holdfast.core.security.SecretStore;
import io.holdfast.core.worker.BackupAccess;
import io.holdfast.core.worker.ControlPlane;
import io.holdfast.core.worker.Findings;
import io.holdfast.core.worker.LeaseAnswer;
import io.holdfast.core.worker.LeaseKey;
import io.holdfast.core.worker.LeaseRequest;
import io.holdfast.core.worker.NodeInfo;
import io.holdfast.core.worker.NodeTerms;
import io.holdfast.core.worker.SnapshotAccess;
import io.holdfast.core.worker.TaskInputs;
import io.holdfast.core.worker.TaskLease;
import io.holdfast.core.worker.TaskOutcome;
import io.holdfast.core.worker.TaskReport;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.SnapshotInfo;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The dispatcher as a pair of services, with the thread that keeps house. Each method passes its call on. */
@Component(
        service = {Workflows.class, ControlPlane.class},
        immediate = true,
        configurationPid = "io.holdfast.core.dispatch")
@Designate(ocd = DispatchConfiguration.class)
public final class DispatchComponent implements Workflows, ControlPlane {

    /** The catalogue's name of the appliance's id. */
    static final String APPLIANCE_ID = "appliance.id";

    private static final Logger LOG = LoggerFactory.getLogger(DispatchComponent.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

    private final Dispatcher dispatcher;
    private final Workflows workflows;
    private final ControlPlane plane;
    private final Thread house;

    @Activate
    public DispatchComponent(
            @Reference Catalog catalog,
            @Reference IdSource ids,
            @Reference Estate estate,
            @Reference VaultKeys keys,
            @Reference PluginRegistry plugins,
            @Reference SecretStore secrets,
            DispatchConfiguration configuration) {
        this(
                catalog,
                new EstateAssets(catalog, estate, keys, plugins, new SealedValues(catalog, secrets)),
                catalog.propertyOrSet(APPLIANCE_ID, UUID.randomUUID().toString()),
                DispatchConfiguration.Reader.read(configuration),
                new Dispatcher.Surroundings(Clock.systemUTC(), System::nanoTime, new Random(), ids, tokens()));
    }

    DispatchComponent(
            Catalog catalog,
            Assets assets,
            String applianceId,
            DispatchSettings settings,
            Dispatcher.Surroundings around) {
        dispatcher = new Dispatcher(catalog, assets, applianceId, settings, around);
        workflows = dispatcher.workflows();
        plane = dispatcher.controlPlane();
        house = new Thread(this::keepHouse, "holdfast-dispatch-house");
        house.setDaemon(true);
        house.start();
    }

    private static Supplier<String> tokens() {
        SecureRandom random = new SecureRandom();
        return () -> {
            byte[] token = new byte[16];
            random.nextBytes(token);
            return HexFormat.of().formatHex(token);
        };
    }

    /** Looks after every change, and when something is due. */
    private void keepHouse() {
        long seen = 0;
        Duration next = Duration.ZERO;
        try {
            while (!Thread.currentThread().isInterrupted()) {
                seen = dispatcher.awaitChange(seen, next);
                next = lookSafely();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the component ends
        }
    }

    private Duration lookSafely() throws InterruptedException {
        try {
            return dispatcher.look();
        } catch (RuntimeException e) {
            LOG.warn("the dispatcher could not look after its tasks; it tries again", e);
            dispatcher.measureLeasesAnew();
            dispatcher.awaitChange(Long.MAX_VALUE - 1, AFTER_FAILURE);
            return Duration.ZERO;
        }
    }

    @Deactivate
    void stop() {
        house.interrupt();
        dispatcher.close();
    }

    @Override
    public Workflow submit(WorkflowRequest request, Submission submission) throws PluginException {
        return workflows.submit(request, submission);
    }

    @Override
    public Workflow cancel(String workflowId) throws PluginException {
        return workflows.cancel(workflowId);
    }

    @Override
    public Workflow end(String workflowId, boolean move) throws PluginException {
        return workflows.end(workflowId, move);
    }

    @Override
    public Optional<Workflow> find(String workflowId) {
        return workflows.find(workflowId);
    }

    @Override
    public Page<Workflow> list(WorkflowFilter filter, PageRequest page) {
        return workflows.list(filter, page);
    }

    @Override
    public List<Task> tasks(String workflowId) {
        return workflows.tasks(workflowId);
    }

    @Override
    public List<TaskLogLine> log(String taskId, long after, int limit) {
        return workflows.log(taskId, after, limit);
    }

    @Override
    public List<RetentionDecision> preview(WorkflowRequest.Prune request) throws PluginException {
        return workflows.preview(request);
    }

    @Override
    public List<RetentionDecision> previewSnapshots(
            String instanceId, Collection<SnapshotInfo> snapshots, RetentionRule rule) throws PluginException {
        return workflows.previewSnapshots(instanceId, snapshots, rule);
    }

    @Override
    public Workflow await(String workflowId, Duration atMost) throws PluginException, InterruptedException {
        return workflows.await(workflowId, atMost);
    }

    @Override
    public Subscription subscribe(Consumer<WorkflowEvent> listener) {
        return workflows.subscribe(listener);
    }

    @Override
    public NodeTerms register(NodeInfo node) throws PluginException {
        return plane.register(node);
    }

    @Override
    public long awaitChange(String nodeId, long seen, Duration atMost) throws PluginException, InterruptedException {
        return plane.awaitChange(nodeId, seen, atMost);
    }

    @Override
    public List<TaskLease> lease(LeaseRequest request) throws PluginException {
        return plane.lease(request);
    }

    @Override
    public List<LeaseAnswer> heartbeat(String nodeId, List<TaskReport> reports) throws PluginException {
        return plane.heartbeat(nodeId, reports);
    }

    @Override
    public TaskInputs inputs(LeaseKey lease) throws PluginException {
        return plane.inputs(lease);
    }

    @Override
    public void sessionOpened(LeaseKey lease, String backupId) throws PluginException {
        plane.sessionOpened(lease, backupId);
    }

    @Override
    public void found(LeaseKey lease, Findings findings) throws PluginException {
        plane.found(lease, findings);
    }

    @Override
    public String announce(LeaseKey lease, String kind, Map<String, String> details) throws PluginException {
        return plane.announce(lease, kind, details);
    }

    @Override
    public void undone(String nodeId, String entryId) throws PluginException {
        plane.undone(nodeId, entryId);
    }

    @Override
    public void complete(LeaseKey lease, TaskOutcome outcome) throws PluginException {
        plane.complete(lease, outcome);
    }

    @Override
    public List<String> expiredSnapshots(LeaseKey lease, List<SnapshotInfo> ours) throws PluginException {
        return plane.expiredSnapshots(lease, ours);
    }

    @Override
    public SnapshotAccess snapshotAccess(String nodeId, String instanceId) throws PluginException {
        return plane.snapshotAccess(nodeId, instanceId);
    }

    @Override
    public BackupAccess readAccess(String nodeId, String backupId) throws PluginException {
        return plane.readAccess(nodeId, backupId);
    }
}
