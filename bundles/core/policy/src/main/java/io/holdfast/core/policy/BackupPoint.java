package io.holdfast.core.policy;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A backup as retention sees it.
 *
 * @param id unique
 * @param instanceId whose; every instance is decided by itself
 * @param created when the source was captured, by the clock of the node that made it: a claim
 * @param recorded when the server learnt of it, by the server's clock; null if unknown
 * @param incremental whether it counts as incremental
 * @param damaged whether something that it needs is known to be lost: it never takes the place of a good one
 * @param sourceExists whether the instance is still there
 * @param sequence how many backups of the instance came before it in its vault, by the vault's own count; greater is newer; 0 if unknown
 */
public record BackupPoint(
        String id,
        String instanceId,
        Instant created,
        @Nullable Instant recorded,
        boolean incremental,
        boolean damaged,
        boolean sourceExists,
        long sequence) {

    /** A point whose place in the order of its vault is not known. */
    public BackupPoint(
            String id,
            String instanceId,
            Instant created,
            @Nullable Instant recorded,
            boolean incremental,
            boolean damaged,
            boolean sourceExists) {
        this(id, instanceId, created, recorded, incremental, damaged, sourceExists, 0);
    }
}
