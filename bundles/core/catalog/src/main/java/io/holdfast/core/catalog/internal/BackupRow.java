package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.Backup;
import java.time.Instant;
import java.util.stream.Collectors;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;
import org.jspecify.annotations.Nullable;

/** A backup. */
@Entity(name = "Backup")
@Table(name = "backups")
class BackupRow implements Row<Backup> {

    private static final int BOOT_MESSAGE = 1_000;
    private static final int CONSOLE_LINE = 400;

    @Id
    String id = "";

    @Column(name = "instance_id")
    String instanceId = "";

    @Column(name = "destination_id")
    String destinationId = "";

    @Column(name = "workflow_id")
    String workflowId = "";

    int incremental;
    String status = "";
    long created;

    @Nullable
    Long recorded;

    @Column(name = "logical_bytes")
    long logicalBytes;

    @Column(name = "read_bytes")
    long readBytes;

    @Column(name = "new_bytes")
    long newBytes;

    @Column(name = "stored_bytes")
    long storedBytes;

    long items;
    long problems;

    @Column(name = "duration_millis")
    long durationMillis;

    @Column(name = "full_read_reason")
    String fullReadReason = "";

    String message = "";

    @Nullable
    Long verified;

    String verification = "";

    @Column(name = "vault_sequence")
    long sequence;

    @Column(name = "sudden_change")
    @Nullable
    String suddenChange;

    /** Null if unknown. */
    @Column(name = "incompressible_bytes")
    @Nullable
    Long incompressibleBytes;

    @Nullable
    Long booted;

    @Column(name = "boot_good")
    int bootGood;

    @Column(name = "boot_millis")
    long bootMillis;

    @Column(name = "boot_message")
    String bootMessage = "";

    @Column(name = "boot_console")
    @Nullable
    String bootConsole;

    @Column(name = "boot_output")
    @Nullable
    String bootOutput;

    @Column(name = "boot_screenshot")
    int bootScreenshot;

    @Override
    public void set(Backup item) {
        id = Columns.key("id", item.id(), Columns.BACKUP_ID);
        instanceId = Columns.key("instanceId", item.instanceId(), Columns.ID);
        destinationId = Columns.key("destinationId", item.destinationId(), Columns.ID);
        workflowId = Columns.exact("workflowId", item.workflowId(), Columns.ID);
        incremental = item.incremental() ? 1 : 0;
        status = item.status().name();
        created = Columns.exactMillis(item.created());
        recorded = Columns.millis(item.recorded());
        logicalBytes = item.stats().logicalBytes();
        readBytes = item.stats().readBytes();
        newBytes = item.stats().newBytes();
        storedBytes = item.stats().storedBytes();
        items = item.stats().items();
        problems = item.stats().problems();
        durationMillis = item.stats().durationMillis();
        fullReadReason = Columns.exact("fullReadReason", item.fullReadReason(), Columns.ID);
        message = Columns.message(item.message(), Columns.MESSAGE);
        verified = Columns.millis(item.verified());
        verification = item.verification().name();
        sequence = item.sequence();
        suddenChange = item.suddenChange().isEmpty() ? null : Columns.message(item.suddenChange(), BOOT_MESSAGE);
        long random = item.stats().incompressibleBytes();
        incompressibleBytes = random < 0 ? null : Long.valueOf(random);
        Backup.Boot boot = item.boot();
        booted = Columns.millis(boot == null ? null : boot.time());
        bootGood = boot != null && boot.good() ? 1 : 0;
        bootMillis = boot == null ? 0 : boot.durationMillis();
        bootMessage = boot == null ? "" : Columns.message(boot.message(), BOOT_MESSAGE);
        bootConsole = boot == null ? null : lines(boot.console());
        bootOutput = boot == null ? null : lines(boot.output());
        bootScreenshot = boot != null && boot.screenshot() ? 1 : 0;
    }

    private static String lines(String text) {
        return text.lines().map(line -> Columns.message(line, CONSOLE_LINE)).collect(Collectors.joining("\n"));
    }

    private Backup.@Nullable Boot boot() {
        Instant time = Columns.time(booted);
        return time == null
                ? null
                : new Backup.Boot(
                        time,
                        bootGood != 0,
                        bootMillis,
                        bootMessage,
                        bootConsole == null ? "" : bootConsole,
                        bootOutput == null ? "" : bootOutput,
                        bootScreenshot != 0);
    }

    @Override
    public Backup toRecord() {
        return new Backup(
                id,
                instanceId,
                destinationId,
                workflowId,
                incremental != 0,
                Columns.constant(Backup.Status.class, status),
                Instant.ofEpochMilli(created),
                Columns.time(recorded),
                new Backup.Stats(
                        logicalBytes,
                        readBytes,
                        newBytes,
                        storedBytes,
                        items,
                        problems,
                        durationMillis,
                        incompressibleBytes == null ? -1 : incompressibleBytes),
                fullReadReason,
                message,
                Columns.time(verified),
                Columns.constant(Backup.Verification.class, verification),
                boot(),
                sequence,
                suddenChange == null ? "" : suddenChange);
    }
}
