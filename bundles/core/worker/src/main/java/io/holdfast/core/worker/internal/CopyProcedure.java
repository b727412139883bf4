package io.holdfast.core.worker.internal;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.CopyReport;
import io.holdfast.core.vault.CopyRequest;
import io.holdfast.core.worker.ControlPlane;
import io.holdfast.core.worker.DestinationAccess;
import io.holdfast.core.worker.Findings;
import io.holdfast.core.worker.TaskInputs;
import io.holdfast.core.worker.TaskOutcome.End;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.core.worker.internal.VaultLinks.VaultLink;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * COPY: brings backups to another destination, one after the other, and tells the catalogue of each. To a replica of their vault they go
 * sealed; into a vault with other keys they are written anew, for which the task has the reader keys of the first.
 */
final class CopyProcedure implements Procedure {

    private final ControlPlane plane;
    private final VaultLinks vaults;
    private final Path directory;

    /** @param directory where packs are on their way */
    CopyProcedure(ControlPlane plane, VaultLinks vaults, Path directory) {
        this.plane = plane;
        this.vaults = vaults;
        this.directory = directory;
    }

    /** What became of the backups so far. */
    private static final class Tally {
        private int copied;
        private int there;
        private int gone;
        private int damaged;
        private long bytes;
        private boolean rewritten;

        String text() {
            String text = "copied " + copied + " backups, sent " + Sizes.of(bytes)
                    + (rewritten ? ", written anew with the keys of their new vault" : "");
            return there == 0 ? text : text + "; " + there + " were there already";
        }
    }

    @Override
    public Result run(RunningTask task, TaskInputs inputs) throws PluginException {
        Runnable departure = () -> task.stopper().cancel(StopReason.PLUGIN_LEFT);
        DestinationAccess to = Need.destination(inputs);
        try (VaultLink from = vaults.open(Need.from(inputs), task.transfer(), departure);
                VaultLink target = vaults.open(to, task.transfer(), departure)) {
            Tally tally = new Tally();
            tally.rewritten = !from.vault()
                    .identity()
                    .vaultId()
                    .equals(target.vault().identity().vaultId());
            for (String backup : inputs.backupIds()) {
                task.cancellation().throwIfCancelled();
                CopyRequest request = CopyRequest.of(Backups.id(backup), directory.resolve(to.id()));
                Optional<String> again = copy(task, from, target, request, tally);
                if (again.isPresent()) {
                    return Result.other(End.START_OVER, again.get());
                }
            }
            if (tally.damaged > 0) {
                throw new PluginException(
                        ErrorKind.CORRUPT_DATA,
                        tally.damaged + " backups have lost something where they are, and were not copied ("
                                + tally.text() + "); verify that destination, and back their instances up again.");
            }
            Map<String, String> results = new HashMap<>(VaultLinks.capacity(target.link(), task.transfer()));
            results.put(TaskParameters.COPIED, Integer.toString(tally.copied));
            results.put(TaskParameters.SENT_BYTES, Long.toString(tally.bytes));
            results.put(TaskParameters.WAY, tally.rewritten ? TaskParameters.REWRITTEN : TaskParameters.SEALED);
            return Result.done(tally.text(), results).withWarnings(tally.gone > 0);
        }
    }

    /** Why it has to begin again; empty if it is done. */
    private Optional<String> copy(RunningTask task, VaultLink from, VaultLink target, CopyRequest request, Tally tally)
            throws PluginException {
        try {
            CopyReport report =
                    target.vault().copy(from.vault(), request, task.progress(), task.transfer(), task.uncounted());
            report.damaged().forEach(f -> task.log()
                    .warn(f.state() + " " + f.key() + " where it was copied from: " + f.message()
                            + " What was needed of it came from another pack, or from its parity."));
            lock(task, target, report);
            tally.copied += report.there() ? 0 : 1;
            tally.there += report.there() ? 1 : 0;
            tally.bytes += report.bytes();
            tell(task, request.backup(), report.copy());
            return Optional.empty();
        } catch (PluginException e) {
            if (task.stopper().isCancelled()) {
                throw e;
            }
            switch (e.kind()) {
                case NOT_FOUND -> tally.gone++;
                case CORRUPT_DATA -> tally.damaged++;
                case CONFLICT -> {
                    return Optional.of(String.valueOf(e.getMessage()));
                }
                default -> throw e;
            }
            task.log().warn(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** Where backups are immutable copies are, too; one that was there and never locked was made by a try that died in between. */
    private static void lock(RunningTask task, VaultLink target, CopyReport report) throws PluginException {
        Duration immutable = target.immutableFor();
        List<BackupId> copy = List.of(report.copy());
        if (!immutable.isZero()
                && (!report.there()
                        || target.vault().locked(copy, task.uncounted()).isEmpty())) {
            target.vault().lock(report.copy(), immutable, task.uncounted());
        }
    }

    private void tell(RunningTask task, BackupId backup, BackupId copy) throws PluginException {
        Map<String, String> copies = Map.of(backup.value(), copy.value());
        Patience.report(task, () -> plane.found(task.lease().key(), Findings.copied(copies)));
    }
}
