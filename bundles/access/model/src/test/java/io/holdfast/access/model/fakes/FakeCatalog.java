package io.holdfast.access.model.fakes;

import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.Destination;
import io.holdfast.core.catalog.Node;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.catalog.Provider;
import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskLogLine;
import io.holdfast.core.catalog.TaskState;
import io.holdfast.core.catalog.User;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowFilter;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BinaryOperator;

/** The parts of the catalogue that the ways in use themselves. */
public final class FakeCatalog implements Catalog {

    public final FakeBackups backups = new FakeBackups();
    public final FakeRepository<Node> nodes = new FakeRepository<>(Node::id);
    public final FakeRepository<io.holdfast.core.catalog.Approval> approvals =
            new FakeRepository<>(io.holdfast.core.catalog.Approval::id);
    private final FakeWorkflows workflows;

    FakeCatalog(FakeWorkflows workflows) {
        this.workflows = workflows;
    }

    /** Backups in memory. */
    public static final class FakeBackups extends FakeRepository<Backup> implements BackupRepository {
        private final Map<String, byte[]> screenshots = new ConcurrentHashMap<>();

        /** How many were given out in lists. */
        public final AtomicInteger listed = new AtomicInteger();

        FakeBackups() {
            super(Backup::id);
        }

        @Override
        public Page<Backup> list(String instanceId, String destinationId, PageRequest page) {
            return counted(
                    records.values().stream()
                            .filter(b -> instanceId == null || b.instanceId().equals(instanceId))
                            .filter(b ->
                                    destinationId == null || b.destinationId().equals(destinationId))
                            .toList(),
                    page);
        }

        @Override
        public Page<Backup> damaged(String destinationId, PageRequest page) {
            return counted(
                    records.values().stream()
                            .filter(b -> b.destinationId().equals(destinationId))
                            .filter(b -> b.verification() == Backup.Verification.DAMAGED)
                            .toList(),
                    page);
        }

        private Page<Backup> counted(List<Backup> all, PageRequest request) {
            Page<Backup> page = page(all, request);
            listed.addAndGet(page.items().size());
            return page;
        }

        @Override
        public void record(Collection<Backup> told, BinaryOperator<Backup> merge) {
            told.forEach(b -> records.merge(b.id(), b, merge));
        }

        @Override
        public void removeAll(Collection<String> ids) {
            ids.forEach(records::remove);
        }

        @Override
        public Optional<byte[]> screenshot(String id) {
            return Optional.ofNullable(screenshots.get(id));
        }

        @Override
        public void setScreenshot(String id, byte[] png) {
            screenshots.put(id, png);
        }
    }

    @Override
    public BackupRepository backups() {
        return backups;
    }

    @Override
    public Repository<Node> nodes() {
        return nodes;
    }

    @Override
    public WorkflowRepository workflows() {
        return new WorkflowRepository() {
            @Override
            public Optional<Task> findTask(String taskId) {
                return workflows.tasks.values().stream()
                        .flatMap(List::stream)
                        .filter(task -> task.id().equals(taskId))
                        .findFirst();
            }

            @Override
            public void add(Workflow workflow, List<Task> tasks) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Optional<Workflow> find(String id) {
                throw new UnsupportedOperationException();
            }

            @Override
            public List<Task> tasks(String workflowId) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Page<Workflow> list(WorkflowFilter filter, PageRequest page) {
                throw new UnsupportedOperationException();
            }

            @Override
            public List<Task> tasksIn(Collection<TaskState> states, int limit) {
                throw new UnsupportedOperationException();
            }

            @Override
            public boolean update(Workflow workflow, List<Task> tasks) {
                throw new UnsupportedOperationException();
            }

            @Override
            public int removeEndedBefore(Instant time) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void appendLog(String taskId, List<TaskLogLine> lines) {
                throw new UnsupportedOperationException();
            }

            @Override
            public List<TaskLogLine> log(String taskId, long after, int limit) {
                throw new UnsupportedOperationException();
            }
        };
    }

    @Override
    public Repository<Provider> providers() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Repository<Destination> destinations() {
        throw new UnsupportedOperationException();
    }

    @Override
    public InstanceRepository instances() {
        throw new UnsupportedOperationException();
    }

    @Override
    public PolicyRepository policies() {
        throw new UnsupportedOperationException();
    }

    @Override
    public JournalRepository journal() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Repository<User> users() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Repository<io.holdfast.core.catalog.Approval> approvals() {
        return approvals;
    }

    @Override
    public TokenRepository tokens() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<String> property(String name) {
        return name.equals("appliance.id") ? Optional.of("appliance-1") : Optional.empty();
    }

    @Override
    public void setProperty(String name, String value) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String propertyOrSet(String name, String value) {
        throw new UnsupportedOperationException();
    }
}
