package io.holdfast.core.dispatch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.Instance;
import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskState;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.worker.internal.Worker;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation.Registration;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.FileContent;
import io.holdfast.spi.source.SourceProblems;
import io.holdfast.spi.source.TreeEntry;
import io.holdfast.spi.source.TreeSource;
import io.holdfast.spi.source.TreeWalk;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.spi.strategy.StrategyType;
import io.holdfast.testkit.fake.FakeFile;
import io.holdfast.testkit.fake.MemoryStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultTest {

    @TempDir
    Path directory;

    private Appliance appliance;
    private HookedDestination hooked;
    private final AtomicReference<CountDownLatch> hangAtOpen = new AtomicReference<>();

    @BeforeEach
    void start() throws Exception {
        appliance =
                new Appliance(directory, new MemoryStore(), this::hangs, real -> hooked = new HookedDestination(real));
        machine("vm1");
    }

    private void machine(String id) {
        byte[] data = new byte[2 << 20];
        new Random(id.hashCode()).nextBytes(data);
        appliance.hypervisor.addMachine(id).addDisk("vda", 4 << 20).write(0, data);
    }

    @AfterEach
    void stop() {
        appliance.close();
    }

    /** A strategy whose export can be made to hang while it is opened, after its snapshot was made. */
    private StrategyType hangs(StrategyType real) {
        return (StrategyType) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {StrategyType.class}, (proxy, method, arguments) -> {
                    Object result = call(real, method, arguments);
                    return method.getName().equals("connect") ? hangs((Strategy) result) : result;
                });
    }

    private Strategy hangs(Strategy real) {
        return (Strategy) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Strategy.class}, (proxy, method, arguments) -> {
                    CountDownLatch reached = hangAtOpen.get();
                    if (method.getName().equals("openExport") && reached != null) {
                        TaskContext context = (TaskContext) arguments[1];
                        CountDownLatch cancelled = new CountDownLatch(1);
                        try (Registration r = context.cancellation().onCancel(cancelled::countDown)) {
                            reached.countDown();
                            cancelled.await();
                        }
                        throw new PluginException(ErrorKind.CANCELLED, "opening was cancelled");
                    }
                    Object result = call(real, method, arguments);
                    return method.getName().equals("openExport") ? secretive((ExportSession) result) : result;
                });
    }

    /** An export whose files named {@code secret} must not be read. */
    private ExportSession secretive(ExportSession real) {
        return (ExportSession) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ExportSession.class}, (proxy, method, arguments) -> {
                    Object result = call(real, method, arguments);
                    return method.getName().equals("sources")
                            ? ((List<?>) result)
                                    .stream()
                                            .map(s -> s instanceof TreeSource t ? secretive(t) : s)
                                            .toList()
                            : result;
                });
    }

    private static TreeSource secretive(TreeSource real) {
        return new TreeSource() {
            @Override
            public String name() {
                return real.name();
            }

            @Override
            public TreeWalk walk(SourceProblems problems) throws PluginException {
                return real.walk(problems);
            }

            @Override
            public FileContent open(TreeEntry entry) throws PluginException {
                if (entry.path().toString().equals("secret")) {
                    throw new PluginException(ErrorKind.PERMISSION, "not for us");
                }
                return real.open(entry);
            }
        };
    }

    private static Object call(Object target, java.lang.reflect.Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private CountDownLatch hangAtFirstPack() {
        CountDownLatch reached = new CountDownLatch(1);
        hooked.hook = (key, context) -> {
            if (HookedDestination.data(key)) {
                HookedDestination.hang(reached, context);
            }
        };
        return reached;
    }

    private void nothingIsLeft() throws Exception {
        assertThat(appliance.hypervisor.leftovers()).isEmpty();
        assertThat(appliance.catalog.journal().all()).isEmpty();
        assertThat(appliance.backupsOnVault()).isZero();
    }

    private Workflow cancelled(Workflow w) throws Exception {
        long before = System.nanoTime();
        appliance.workflows().cancel(w.id());
        Workflow ended = appliance.end(w);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
        assertThat(ended.state()).isEqualTo(WorkflowState.CANCELLED);
        return ended;
    }

    @Test
    void aCancelWhileShippingIsFeltWithinTwoSecondsAndLeavesNothing() throws Exception {
        CountDownLatch reached = hangAtFirstPack();
        Workflow w = appliance.backUp();
        assertThat(reached.await(30, TimeUnit.SECONDS)).isTrue();
        cancelled(w);
        hooked.hook = (key, context) -> {};
        nothingIsLeft();
        assertThat(appliance.end(appliance.backUp()).state()).isEqualTo(WorkflowState.FINISHED);
    }

    @Test
    void aCancelWhileThePluginPreparesIsFeltWithinTwoSecondsAndLeavesNothing() throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        hangAtOpen.set(reached);
        Workflow w = appliance.backUp();
        assertThat(reached.await(30, TimeUnit.SECONDS)).isTrue();
        cancelled(w);
        hangAtOpen.set(null);
        nothingIsLeft();
    }

    @Test
    void aFullDestinationFailsTheBackupWithAClearStateAndLosesNothing() throws Exception {
        Workflow good = appliance.end(appliance.backUp());
        assertThat(good.state()).isEqualTo(WorkflowState.FINISHED);
        appliance.hypervisor.machine("vm1").disk("vda").write(3 << 20, new byte[] {1, 2, 3});
        hooked.hook = (key, context) -> {
            if (HookedDestination.data(key)) {
                throw new PluginException(ErrorKind.QUOTA, "the destination is full; free some space");
            }
        };
        Workflow w = appliance.end(appliance.backUp());
        assertThat(w.state()).isEqualTo(WorkflowState.FAILED);
        assertThat(w.errorKind()).isEqualTo("QUOTA");
        assertThat(w.message()).contains("full");
        assertThat(appliance.backupsOnVault()).isEqualTo(1);
        assertThat(appliance.hypervisor.leftovers()).isEmpty();
        hooked.hook = (key, context) -> {};
        assertThat(appliance.end(appliance.backUp()).state()).isEqualTo(WorkflowState.FINISHED);
    }

    @Test
    void aDestinationThatFailsForAWhileIsTriedAgain() throws Exception {
        AtomicInteger failures = new AtomicInteger(2);
        hooked.hook = (key, context) -> {
            if (HookedDestination.data(key) && failures.getAndDecrement() > 0) {
                throw new PluginException(ErrorKind.UNAVAILABLE, "503");
            }
        };
        Workflow w = appliance.end(appliance.backUp());
        assertThat(w.state()).as(w.message()).isEqualTo(WorkflowState.FINISHED);
        assertThat(appliance.backupsOnVault()).isEqualTo(1);
    }

    @Test
    void tasksOfAPluginThatLeavesGoBackToTheQueueAndGoOnWhenItIsBack() throws Exception {
        CountDownLatch reached = hangAtFirstPack();
        Workflow w = appliance.backUp();
        assertThat(reached.await(30, TimeUnit.SECONDS)).isTrue();
        appliance.plugins.remove(appliance.strategy);
        await().untilAsserted(() -> {
            Task export = appliance.task(w, TaskType.EXPORT);
            assertThat(export.state()).isEqualTo(TaskState.QUEUED);
            assertThat(export.message()).contains("strategy");
        });
        assertThat(appliance.task(w, TaskType.STORE).state()).isEqualTo(TaskState.WAITING);
        nothingIsLeft();
        hooked.hook = (key, context) -> {};
        appliance.plugins.add(appliance.strategy);
        assertThat(appliance.end(w).state()).isEqualTo(WorkflowState.FINISHED);
    }

    @Test
    void aKilledNodeLosesNothingAndItsSnapshotsAreRemoved() throws Exception {
        CountDownLatch reached = hangAtFirstPack();
        Workflow w = appliance.backUp();
        assertThat(reached.await(30, TimeUnit.SECONDS)).isTrue();
        appliance.killNode();
        hooked.hook = (key, context) -> {};
        appliance.startNode("node-1");
        Workflow ended = appliance.end(w);
        assertThat(ended.state()).as(ended.message()).isEqualTo(WorkflowState.FINISHED);
        await().untilAsserted(() -> {
            assertThat(appliance.hypervisor.leftovers()).isEmpty();
            assertThat(appliance.catalog.journal().all()).isEmpty();
        });
        assertThat(appliance.backupsOnVault()).isEqualTo(1);
    }

    @Test
    void theDeathOfEverythingLosesNothing() throws Exception {
        CountDownLatch reached = hangAtFirstPack();
        Workflow running = appliance.backUp();
        Workflow waiting = appliance.backUp();
        assertThat(reached.await(30, TimeUnit.SECONDS)).isTrue();
        appliance.killNode();
        appliance.server.stop();
        hooked.hook = (key, context) -> {};
        appliance.startServer();
        appliance.startNode("node-1");
        assertThat(appliance.end(running).state()).isEqualTo(WorkflowState.FINISHED);
        assertThat(appliance.end(waiting).state()).isEqualTo(WorkflowState.FINISHED);
        assertThat(appliance.backupsOnVault()).isEqualTo(2);
        await().untilAsserted(() -> assertThat(appliance.hypervisor.leftovers()).isEmpty());
    }

    @Test
    void twoNodesShareTheWorkAndDoNothingTwice() throws Exception {
        Worker first = appliance.node;
        try (first) {
            appliance.contents.close();
            appliance.startNode("node-2");
            List<Workflow> all = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                String id = "many" + i;
                machine(id);
                appliance
                        .catalog
                        .instances()
                        .add(new Instance(id, "p1", id, id, "machine", 1, Map.of(), Map.of(), true, Instant.EPOCH));
                all.add(appliance.submit(new WorkflowRequest.BackUp(id, "d1", false)));
            }
            for (Workflow w : all) {
                Workflow ended = appliance.end(w);
                assertThat(ended.state()).as(ended.message()).isEqualTo(WorkflowState.FINISHED);
                assertThat(appliance.task(w, TaskType.EXPORT).attempt()).isEqualTo(1);
            }
            assertThat(appliance.backupsOnVault()).isEqualTo(6);
        }
    }

    @Test
    void whatCannotBeReadMakesTheBackupPartialWithTheList() throws Exception {
        var tree = appliance.hypervisor.addMachine("files").addTree("root");
        tree.put(EntryPath.of("secret"), FakeFile.file(new byte[] {1, 2, 3}));
        appliance
                .catalog
                .instances()
                .add(new Instance(
                        "files", "p1", "files", "files", "machine", 1, Map.of(), Map.of(), true, Instant.EPOCH));
        Workflow w = appliance.run(new WorkflowRequest.BackUp("files", "d1", false));
        assertThat(w.state()).as(w.message()).isEqualTo(WorkflowState.FINISHED_WITH_WARNINGS);
        Backup backup = appliance.catalog.backups().find(w.backupId()).orElseThrow();
        assertThat(backup.status()).isEqualTo(Backup.Status.PARTIAL);
        assertThat(appliance.contents().problems(backup.id(), 0, 10))
                .singleElement()
                .satisfies(p -> assertThat(p.path().toString()).isEqualTo("secret"));
        assertThat(appliance.log(w, TaskType.EXPORT)).anyMatch(l -> l.contains("secret"));
    }

    @Test
    void aVaultThatExistsIsAdoptedWithItsRecoveryKeyAndNotMadeAnew() throws Exception {
        Workflow again = appliance.run(new WorkflowRequest.AdoptVault("d1", "no key at all", null));
        assertThat(again.state()).isEqualTo(WorkflowState.FAILED);
        assertThat(again.errorKind()).isEqualTo("AUTHENTICATION");
        assertThat(appliance.assets.secrets).isEmpty();
        String key = appliance.assets.recoveryKeys.values().iterator().next();
        Workflow adopted = appliance.run(new WorkflowRequest.AdoptVault("d1", key, null));
        assertThat(adopted.state()).as(adopted.message()).isEqualTo(WorkflowState.FINISHED);
        assertThat(appliance.end(appliance.backUp()).state()).isEqualTo(WorkflowState.FINISHED);
    }
}
