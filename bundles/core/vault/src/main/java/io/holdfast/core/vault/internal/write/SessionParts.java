package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.BackupSummary;
import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.read.BlockReader;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;

/** What a session consists of, as {@link Sessions} has put it together. */
record SessionParts(
        VaultCore core,
        BackupId backup,
        String instanceId,
        long sequence,
        long timeMillis,
        Optional<BackupSummary> previousSummary,
        boolean damagedPredecessor,
        Known known,
        Predecessor predecessor,
        BlockReader blocks,
        Staging staging,
        Shipper shipper,
        Lease lease,
        Staging.Guard[] guard,
        Duration immutableFor,
        Optional<Copied> copied,
        Runnable ended) {

    /** The hash of the instance. */
    byte[] instance() {
        return HexFormat.of().parseHex(backup.instanceHash());
    }

    /** Where the packs of the export go. */
    PackSink openSink(Staging.Guard exportGuard, Counters counters) {
        guard[0] = exportGuard;
        staging.count(counters.storedBytes);
        return new PackSink(core, HexFormat.of().parseHex(backup.session()), staging);
    }
}
