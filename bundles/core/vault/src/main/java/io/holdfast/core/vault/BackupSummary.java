package io.holdfast.core.vault;

import io.holdfast.spi.strategy.ChangeToken;
import java.time.Instant;
import java.util.Optional;

/**
 * What a manifest says of its backup.
 *
 * @param id which
 * @param instanceId what was backed up; empty if read with writer keys
 * @param sequence counts the backups of an instance: greater is newer
 * @param predecessor the backup that this one built on; may be forgotten meanwhile, which does no harm
 * @param time the writer's clock when it began; a label, not evidence
 * @param changeToken what the next export may be given, if this is its previous backup
 * @param stats numbers
 */
public record BackupSummary(
        BackupId id,
        Optional<String> instanceId,
        long sequence,
        Optional<BackupId> predecessor,
        Instant time,
        Optional<ChangeToken> changeToken,
        BackupStats stats) {}
