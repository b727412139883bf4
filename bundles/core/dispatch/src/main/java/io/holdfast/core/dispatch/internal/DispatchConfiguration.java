package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.TaskType;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The configuration {@code io.holdfast.core.dispatch}. A limit of 0 is none; how much one node takes is its own to say. */
@ObjectClassDefinition(name = "Holdfast dispatch", description = "Limits, windows, leases and retries of tasks")
@interface DispatchConfiguration {

    @AttributeDefinition(description = "How often nodes report on running tasks, in milliseconds")
    long heartbeat_millis() default 1_000;

    @AttributeDefinition(description = "After how many seconds of silence a node has lost its tasks")
    int lease_seconds() default 30;

    @AttributeDefinition(description = "How long an idle node waits for a signal before it asks anyway, in seconds")
    int idle_seconds() default 30;

    @AttributeDefinition(description = "Exports at once on all nodes")
    int export_total() default 0;

    @AttributeDefinition(description = "Exports at once from one provider")
    int export_perProvider() default 2;

    @AttributeDefinition(description = "Stores at once on all nodes")
    int store_total() default 0;

    @AttributeDefinition(description = "Stores at once to one destination")
    int store_perDestination() default 0;

    @AttributeDefinition(description = "Restores at once on all nodes")
    int restore_total() default 0;

    @AttributeDefinition(description = "Restores at once to one provider")
    int restore_perProvider() default 2;

    @AttributeDefinition(description = "Inventories at once of one provider")
    int inventory_perProvider() default 1;

    @AttributeDefinition(description = "Verifications at once of one destination")
    int verify_perDestination() default 2;

    @AttributeDefinition(description = "Within how many minutes an export has to start; 0 for no window")
    int export_window_minutes() default 300;

    @AttributeDefinition(description = "Within how many minutes a restore has to start; 0 for no window")
    int restore_window_minutes() default 60;

    @AttributeDefinition(description = "Within how many minutes any other task has to start; 0 for no window")
    int other_window_minutes() default 60;

    @AttributeDefinition(description = "How often a task is started in all before it fails for good")
    int retry_attempts() default 4;

    @AttributeDefinition(description = "How often a task may be lost with its node before it fails for good")
    int retry_losses() default 10;

    @AttributeDefinition(description = "Seconds before the second attempt; doubled for each further one")
    int retry_first_seconds() default 10;

    @AttributeDefinition(description = "Seconds between attempts at most")
    int retry_longest_seconds() default 600;

    @AttributeDefinition(description = "For how many days ended workflows are remembered")
    int keep_days() default 60;

    /** Reads a configuration. */
    final class Reader {

        private Reader() {}

        static DispatchSettings read(DispatchConfiguration c) {
            Map<TaskType, Integer> total = new EnumMap<>(TaskType.class);
            limit(total, TaskType.EXPORT, c.export_total());
            limit(total, TaskType.STORE, c.store_total());
            limit(total, TaskType.RESTORE, c.restore_total());
            Map<TaskType, Integer> perProvider = new EnumMap<>(TaskType.class);
            limit(perProvider, TaskType.EXPORT, c.export_perProvider());
            limit(perProvider, TaskType.RESTORE, c.restore_perProvider());
            limit(perProvider, TaskType.INVENTORY, c.inventory_perProvider());
            Map<TaskType, Integer> perDestination = new EnumMap<>(TaskType.class);
            limit(perDestination, TaskType.STORE, c.store_perDestination());
            limit(perDestination, TaskType.VERIFY, c.verify_perDestination());
            return new DispatchSettings(
                    Duration.ofMillis(Math.max(100, c.heartbeat_millis())),
                    Duration.ofSeconds(Math.max(3, c.lease_seconds())),
                    Duration.ofSeconds(Math.max(1, c.idle_seconds())),
                    total,
                    perProvider,
                    perDestination,
                    windows(c),
                    new DispatchSettings.Retry(
                            Math.max(1, c.retry_attempts()),
                            Math.max(1, c.retry_losses()),
                            Duration.ofSeconds(Math.max(1, c.retry_first_seconds())),
                            Duration.ofSeconds(Math.max(1, c.retry_longest_seconds()))),
                    Duration.ofDays(Math.max(1, c.keep_days())));
        }

        private static Map<TaskType, Duration> windows(DispatchConfiguration c) {
            Map<TaskType, Duration> windows = new EnumMap<>(TaskType.class);
            for (TaskType type : TaskType.values()) {
                int minutes =
                        switch (type) {
                            case EXPORT -> c.export_window_minutes();
                            case RESTORE -> c.restore_window_minutes();
                            case CLEANUP, STORE -> 0;
                            default -> c.other_window_minutes();
                        };
                if (minutes > 0) {
                    windows.put(type, Duration.ofMinutes(minutes));
                }
            }
            return windows;
        }

        private static void limit(Map<TaskType, Integer> limits, TaskType type, int value) {
            if (value > 0) {
                limits.put(type, value);
            }
        }
    }
}
