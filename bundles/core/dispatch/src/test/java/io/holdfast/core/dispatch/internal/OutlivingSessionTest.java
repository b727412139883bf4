package io.holdfast.core.dispatch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.core.catalog.TaskState;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.spi.strategy.StrategyType;
import io.holdfast.testkit.fake.MemoryStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source that is told of the commit when its export has long ended and been reported. */
class OutlivingSessionTest {

    /** What the source does when it is told. */
    private interface Last {
        void run(TaskContext context) throws Exception;
    }

    @TempDir
    Path directory;

    private final AtomicReference<Workflow> workflow = new AtomicReference<>();
    private Appliance appliance;
    private Last last = context -> {};

    @BeforeEach
    void start() throws Exception {
        appliance = new Appliance(directory, new MemoryStore(), this::late, real -> real);
        appliance.hypervisor.addMachine("vm1").addDisk("vda", 4 << 20).write(0, new byte[] {1, 2, 3});
    }

    @AfterEach
    void stop() {
        appliance.close();
    }

    private StrategyType late(StrategyType real) {
        return proxy(StrategyType.class, (method, arguments) -> {
            Object result = call(real, method, arguments);
            return method.getName().equals("connect") ? late((Strategy) result) : result;
        });
    }

    private Strategy late(Strategy real) {
        return proxy(Strategy.class, (method, arguments) -> {
            Object result = call(real, method, arguments);
            return method.getName().equals("openExport")
                    ? late((ExportSession) result, (TaskContext) arguments[1])
                    : result;
        });
    }

    private ExportSession late(ExportSession real, TaskContext context) {
        return proxy(ExportSession.class, (method, arguments) -> {
            if (method.getName().equals("committed")) {
                await().until(() -> workflow.get() != null
                        && appliance.task(workflow.get(), TaskType.EXPORT).state() == TaskState.FINISHED);
                last.run(context);
            }
            return call(real, method, arguments);
        });
    }

    private interface Call {
        Object make(Method method, Object[] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                OutlivingSessionTest.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> call.make(method, arguments)));
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private Workflow backUp() throws Exception {
        workflow.set(appliance.backUp());
        return appliance.end(workflow.get());
    }

    @Test
    void whatItAnnouncesThenBelongsToTheStore() throws Exception {
        last = context -> {
            SideEffectJournal.Entry entry = context.journal().record("old-checkpoint", Map.of("name", "c1"));
            assertThat(appliance.catalog.journal().all())
                    .filteredOn(e -> e.kind().equals("old-checkpoint"))
                    .singleElement()
                    .satisfies(e -> assertThat(e.taskId())
                            .isEqualTo(appliance
                                    .task(workflow.get(), TaskType.STORE)
                                    .id()));
            entry.undone();
        };

        assertThat(backUp().state()).isEqualTo(WorkflowState.FINISHED);
        assertThat(appliance.catalog.journal().all()).isEmpty();
    }

    @Test
    void whatItSaysThenIsInTheLogOfTheStore() throws Exception {
        last = context -> context.log().warn("an old checkpoint is left");

        Workflow ended = backUp();

        assertThat(appliance.log(ended, TaskType.STORE)).contains("an old checkpoint is left");
        assertThat(ended.state()).isEqualTo(WorkflowState.FINISHED_WITH_WARNINGS);
    }
}
