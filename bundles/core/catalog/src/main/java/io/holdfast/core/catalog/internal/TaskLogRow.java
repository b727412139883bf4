package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.TaskLogLine;
import java.io.Serializable;
import java.time.Instant;
import java.util.Objects;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.IdClass;
import javax.persistence.Table;
import org.jspecify.annotations.Nullable;

/** One line of a task's log. */
@Entity(name = "TaskLog")
@Table(name = "task_log")
@IdClass(TaskLogRow.Key.class)
class TaskLogRow {

    @Id
    @Column(name = "task_id")
    String taskId = "";

    @Id
    long line;

    long logged;
    String level = "";
    String message = "";

    TaskLogRow() {}

    TaskLogRow(String taskId, long line, TaskLogLine item) {
        this.taskId = taskId;
        this.line = line;
        this.logged = Columns.exactMillis(item.time());
        this.level = item.level().name();
        this.message = Columns.line(item.message(), Columns.MESSAGE);
    }

    TaskLogLine toRecord() {
        return new TaskLogLine(
                line, Instant.ofEpochMilli(logged), Columns.constant(TaskLogLine.Level.class, level), message);
    }

    /** The two columns of the primary key. Public, because JPA makes it. */
    public static final class Key implements Serializable {

        private static final long serialVersionUID = 1L;

        String taskId = "";
        long line;

        /** For JPA. */
        public Key() {}

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && key.line == line && key.taskId.equals(taskId);
        }

        @Override
        public int hashCode() {
            return Objects.hash(taskId, line);
        }
    }
}
