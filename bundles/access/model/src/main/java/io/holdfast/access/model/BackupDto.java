package io.holdfast.access.model;

import io.holdfast.core.catalog.Backup;
import io.holdfast.core.vault.BackupId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One restorable point of one instance.
 *
 * @param id the vault's id
 * @param commonId the same for a backup and all of its copies, whatever the keys of the vaults that they are in
 * @param instanceId whose
 * @param destinationId where it is
 * @param workflowId what made it; absent if it was found on the destination
 * @param incremental whether unchanged data was taken from the predecessor
 * @param status how complete it is
 * @param created when the source was captured, by the node's clock
 * @param recorded when the server learnt of it; absent if it was found on the destination later
 * @param stats what it amounts to
 * @param fullReadReason why everything was read although there was a predecessor
 * @param message for people; empty if there is nothing to say
 * @param verified when it was last proven; absent if never
 * @param verification what that proof found
 * @param boot the last boot proof; absent if there was none
 * @param suddenChange how it is unlike the backups of its instance before it; absent if it is not
 */
public record BackupDto(
        String id,
        String commonId,
        String instanceId,
        String destinationId,
        @Nullable String workflowId,
        boolean incremental,
        Backup.Status status,
        Instant created,
        @Nullable Instant recorded,
        BackupStatsDto stats,
        @Nullable String fullReadReason,
        String message,
        @Nullable Instant verified,
        Backup.Verification verification,
        @Nullable BootDto boot,
        @Nullable String suddenChange) {

    /** A backup as the catalogue has it. */
    public static BackupDto of(Backup b) {
        return new BackupDto(
                b.id(),
                BackupId.common(b.id()),
                b.instanceId(),
                b.destinationId(),
                Texts.orNull(b.workflowId()),
                b.incremental(),
                b.status(),
                b.created(),
                b.recorded(),
                BackupStatsDto.of(b.stats()),
                Texts.orNull(b.fullReadReason()),
                b.message(),
                b.verified(),
                b.verification(),
                BootDto.of(b.boot()),
                Texts.orNull(b.suddenChange()));
    }
}
