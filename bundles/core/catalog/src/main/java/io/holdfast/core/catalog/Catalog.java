package io.holdfast.core.catalog;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Everything the control plane remembers. An OSGi service, present once the database was reached and its schema is up to
 * date; {@link CatalogState} says why it is missing. If the database goes away later, calls fail with {@code UNAVAILABLE}
 * until it is back. Every method is one transaction; all may be called from any thread. Failures are
 * {@link CatalogException}s. Text that is longer than its record allows, or that is not well-formed Unicode, is refused
 * with {@code INVALID_CONFIG}.
 *
 * <p>The backups in here are a cache of what the destinations hold and can be rebuilt from them.
 */
@ProviderType
public interface Catalog {
    /** Providers. */
    Repository<Provider> providers();

    /** Destinations. */
    Repository<Destination> destinations();

    /** Instances. */
    InstanceRepository instances();

    /** Backups. */
    BackupRepository backups();

    /** Workflows and their tasks. */
    WorkflowRepository workflows();

    /** What was done outside and not undone yet. */
    JournalRepository journal();

    /** Policies and their runs. */
    PolicyRepository policies();

    /** Nodes. */
    Repository<Node> nodes();

    /** Users, by name. */
    Repository<User> users();

    /** Tokens. */
    TokenRepository tokens();

    /** Requests for a second person, newest first. */
    Repository<Approval> approvals();

    /** A small named value that must survive restarts, such as the appliance's id. */
    Optional<String> property(String name);

    /** Sets a named value; null removes it. At most 16 Ki characters. */
    void setProperty(String name, @Nullable String value);

    /** Sets a named value unless it has one, atomically. */
    String propertyOrSet(String name, String value);

    /** What every kind of record can do. Records are ordered by name or, where they have none, by id. */
    @ProviderType
    interface Repository<T> {
        /**
         * Adds a record. {@code ALREADY_EXISTS} if its id or unique name is taken; {@code NOT_FOUND} if it refers to a
         * record that does not exist.
         */
        void add(T item);

        /** Replaces the record of the same id. {@code NOT_FOUND} if there is none; {@code ALREADY_EXISTS} on a name. */
        void update(T item);

        /**
         * Reads a record, changes it and stores the result, in one transaction: what others change meanwhile is not lost.
         *
         * @param change pure, may be called several times; returning its argument changes nothing
         * @return the stored record; empty if there is none of that id
         */
        Optional<T> change(String id, UnaryOperator<T> change);

        /** Finds a record by its id. */
        Optional<T> find(String id);

        /** Finds a record by its unique name where the kind has one; otherwise as {@link #find}. */
        Optional<T> findByName(String name);

        /** One page of all records. */
        Page<T> list(PageRequest page);

        /** Removes a record; {@code CONFLICT} if another still refers to it. Removing what is not there is harmless. */
        void remove(String id);
    }

    /** Instances. */
    @ProviderType
    interface InstanceRepository extends Repository<Instance> {
        /** The instance of a provider with that external id. */
        Optional<Instance> findByExternalId(String providerId, String externalId);

        /** The instances of a provider, all providers if null, whose name contains a text, any if null. */
        Page<Instance> list(@Nullable String providerId, @Nullable String nameContains, PageRequest page);
    }

    /** Backups, newest first. */
    @ProviderType
    interface BackupRepository extends Repository<Backup> {
        /** Backups of an instance (any if null) on a destination (any if null). */
        Page<Backup> list(@Nullable String instanceId, @Nullable String destinationId, PageRequest page);

        /** Backups on a destination whose last proof found damage. */
        Page<Backup> damaged(String destinationId, PageRequest page);

        /**
         * Adds backups, or stores what is made of one that is there and what is told of it: all of them or, when this fails, none. One
         * transaction, so that many of them cost little more than one.
         *
         * @param told at most 1,000
         * @param merge gives what is stored, from what is there and what is told, which have one id; pure, may be called several times
         */
        void record(Collection<Backup> told, BinaryOperator<Backup> merge);

        /** Removes several; those that are not there are passed over. */
        void removeAll(Collection<String> ids);

        /** The picture (PNG) that the last boot proof of a backup took; empty if there is none. Goes with the backup. */
        Optional<byte[]> screenshot(String id);

        /**
         * Keeps the picture of a backup's boot proof, in place of the one before.
         *
         * @param png at most 1 MiB, or {@code INVALID_CONFIG}; empty for none
         */
        void setScreenshot(String id, byte[] png);
    }

    /** Workflows, newest first, and tasks. */
    @ProviderType
    interface WorkflowRepository {
        /** Adds a workflow with its tasks. */
        void add(Workflow workflow, List<Task> tasks);

        /** Finds a workflow. */
        Optional<Workflow> find(String id);

        /** The tasks of a workflow by position. */
        List<Task> tasks(String workflowId);

        /** Finds a task. */
        Optional<Task> findTask(String taskId);

        /** The workflows that a filter means. */
        Page<Workflow> list(WorkflowFilter filter, PageRequest page);

        /** Tasks in one of these states, by priority (highest first), then age. */
        List<Task> tasksIn(Collection<TaskState> states, int limit);

        /**
         * Replaces a workflow and some of its tasks in one transaction, if none of the tasks has changed since it was
         * read. The version of every given task counts one up.
         *
         * @return false, having changed nothing, if one had: the caller reads again and decides anew
         */
        boolean update(Workflow workflow, List<Task> tasks);

        /** Removes workflows that ended before a time, with tasks and logs; gives their number. */
        int removeEndedBefore(Instant time);

        /** Appends lines to a task's log; numbers are assigned. */
        void appendLog(String taskId, List<TaskLogLine> lines);

        /** The lines of a task's log with numbers above {@code after}, in order. */
        List<TaskLogLine> log(String taskId, long after, int limit);
    }

    /** Tokens. */
    @ProviderType
    interface TokenRepository extends Repository<ApiToken> {
        /** Removes tokens that expired before a time; gives their number. Those that last for ever stay. */
        int removeExpiredBefore(Instant time);
    }

    /** Announced side effects. */
    @ProviderType
    interface JournalRepository {
        /** Adds an entry; durable when this returns. */
        void add(JournalEntry entry);

        /** Removes an entry; harmless if it is not there. */
        void remove(String id);

        /** Entries of a task. */
        List<JournalEntry> ofTask(String taskId);

        /** All entries, oldest first. */
        List<JournalEntry> all();
    }

    /** Policies by name; what their runs did, newest first. */
    @ProviderType
    interface PolicyRepository extends Repository<Policy> {
        /**
         * Begins a run, if the policy is still exactly as it was read: of several servers that want to begin the same one, one does.
         *
         * @param seen the policy as it was read
         * @param evaluated until when its schedules have been looked at after that
         * @param run what begins; its number is one more than {@code seen.runs()}, which counts up
         * @param items what becomes of each instance
         * @return false, having changed nothing, if somebody was faster
         */
        boolean begin(Policy seen, Instant evaluated, PolicyRun run, List<PolicyItem> items);

        /**
         * Notes that retention begins, if it was not noted since the policy was read.
         *
         * @return false if somebody was faster
         */
        boolean retain(Policy seen, Instant now);

        /** Finds a run. */
        Optional<PolicyRun> findRun(String runId);

        /** Runs of a policy (all if null), newest first. */
        Page<PolicyRun> runs(@Nullable String policyId, PageRequest page);

        /** Runs that have not ended, oldest first. */
        List<PolicyRun> openRuns(int limit);

        /** Notes the end of a run; gives false if that was noted before. */
        boolean endRun(String runId, Instant now);

        /** What became of each instance in a run. */
        List<PolicyItem> items(String runId);

        /** Items of all runs in one of these states, oldest first. */
        List<PolicyItem> itemsIn(Collection<PolicyItem.State> states, int limit);

        /** Replaces an item if it is still as it was read; gives false, having changed nothing, if it is not. */
        boolean update(PolicyItem seen, PolicyItem after);

        /** Removes runs that ended before a time, with their items; gives their number. */
        int removeRunsEndedBefore(Instant time);
    }
}
