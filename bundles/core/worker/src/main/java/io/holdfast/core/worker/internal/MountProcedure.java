package io.holdfast.core.worker.internal;

import io.holdfast.core.vault.BackupReader;
import io.holdfast.core.vault.SourceInfo;
import io.holdfast.core.worker.ControlPlane;
import io.holdfast.core.worker.OpenSideEffect;
import io.holdfast.core.worker.TaskInputs;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.core.worker.internal.PluginLinks.StrategyLink;
import io.holdfast.core.worker.internal.VaultLinks.VaultLink;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal.Entry;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import io.holdfast.spi.source.RandomReadable;
import io.holdfast.spi.strategy.InstanceDescription;
import io.holdfast.spi.strategy.InstantRecovery;
import io.holdfast.spi.strategy.InstantRequest;
import io.holdfast.spi.strategy.InstantSession;
import io.holdfast.spi.strategy.StrategyCapability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * MOUNT: an instance runs from a backup, and this task serves it until somebody ends that. When the node stops or dies, the instance
 * waits, and the next attempt takes it up again from the same directory and journal.
 */
final class MountProcedure implements Procedure {

    private static final long LOOK_MILLIS = 250;
    private static final int LOOKS_PER_TENDING = 8;

    private final ControlPlane plane;
    private final VaultLinks vaults;
    private final Path mounts;

    MountProcedure(ControlPlane plane, VaultLinks vaults, Path mounts) {
        this.plane = plane;
        this.vaults = vaults;
        this.mounts = mounts;
    }

    @Override
    public Result run(RunningTask task, TaskInputs inputs) throws PluginException {
        Runnable departure = () -> task.stopper().cancel(StopReason.PLUGIN_LEFT);
        Path directory = mounts.resolve(task.taskId());
        task.progress().step("Opening the backup");
        try (VaultLink vault = vaults.open(Need.destination(inputs), task.transfer(), departure);
                BackupReader reader =
                        vault.vault().read(Backups.id(task.parameter(TaskParameters.BACKUP)), task.transfer());
                StrategyLink link = vaults.plugins().connect(Need.provider(inputs), departure)) {
            InstantRecovery strategy = require(link, StrategyCapability.INSTANT_RECOVERY);
            SettingsSchema schema = link.use().type().instantSchema();
            InstantRequest request = request(task, inputs, reader, schema, make(directory));
            task.progress().step("Starting the instance");
            Result result;
            try (InstantSession session =
                    PluginLinks.with(link.strategy(), () -> strategy.openInstant(request, task))) {
                String place = PluginLinks.with(session, session::place);
                task.progress().step(place);
                if (task.parameter(TaskParameters.SESSION).isEmpty()) {
                    runs(task);
                }
                result = serve(task, session, place);
            }
            Directories.delete(directory);
            return result;
        } finally {
            if (task.stopper().reason().filter(StopReason.CANCELLED::equals).isPresent()) {
                Directories.delete(directory); // the instance is gone, or the clean-up removes it
            }
        }
    }

    private static Path make(Path directory) throws PluginException {
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new PluginException(ErrorKind.UNAVAILABLE, "cannot make the directory " + directory + ": " + e, e);
        }
    }

    static InstantRecovery require(StrategyLink link, StrategyCapability capability) throws PluginException {
        if (link.strategy().capabilities().contains(capability) && link.strategy() instanceof InstantRecovery instant) {
            return instant;
        }
        throw new PluginException(
                ErrorKind.UNSUPPORTED,
                "The strategy '" + link.use().description().displayName()
                        + "' cannot do that: it has not the capability " + capability + ".");
    }

    static InstantRequest request(
            RunningTask task, TaskInputs inputs, BackupReader reader, SettingsSchema schema, Path directory)
            throws PluginException {
        Map<String, byte[]> documents = new HashMap<>(reader.documents());
        byte[] passport = documents.remove(Passport.DOCUMENT);
        InstanceDescription described = passport == null
                ? Need.instance(inputs).description()
                : Passport.decode(passport).instance();
        Map<String, RandomReadable> disks = new LinkedHashMap<>();
        for (SourceInfo source : reader.sources()) {
            if (source.shape() == SourceInfo.Shape.DISK) {
                disks.put(source.name(), reader.openDisk(source.name()));
            }
        }
        Settings settings = Settings.of(schema, inputs.restoreSettings());
        List<Entry> earlier =
                inputs.sideEffects().stream().map(it -> entry(task, it)).toList();
        String backup = reader.summary().id().value();
        return new InstantRequest(described, documents, settings, backup, disks, directory, earlier);
    }

    private static Entry entry(RunningTask task, OpenSideEffect effect) {
        return task.remoteJournal().entry(effect.id(), effect.kind(), effect.details());
    }

    /** From now on nothing but somebody's wish ends it. Whoever hears that has heard before how it stands, which is told first. */
    private void runs(RunningTask task) throws PluginException {
        String backup = task.parameter(TaskParameters.BACKUP);
        Patience.report(task, () -> {
            // what the answer says is said again by the next one, which the node hears
            plane.heartbeat(task.nodeId(), List.of(task.report(List.of())));
            plane.sessionOpened(task.lease().key(), backup);
        });
    }

    private Result serve(RunningTask task, InstantSession session, String place) throws PluginException {
        task.log().info(place + ".");
        String complaint = "";
        for (int looks = 1; ; looks++) {
            if (task.stopper().isCancelled()) {
                throw stopped(task, session);
            }
            if (task.wish().equals(TaskParameters.DISCARD)) {
                task.progress().step("Discarding the instance");
                discard(session);
                return Result.done("The instance was discarded with what it had written.");
            }
            if (task.wish().equals(TaskParameters.MOVE)) {
                try {
                    return Result.done(PluginLinks.with(session, session::move));
                } catch (PluginException e) {
                    stays(task, place, e);
                }
            }
            if (looks % LOOKS_PER_TENDING == 0) {
                complaint = tend(task, session, complaint);
            }
            pause(task);
        }
    }

    private static void discard(InstantSession session) throws PluginException {
        PluginLinks.with(session, () -> {
            session.discard();
            return true;
        });
    }

    private static PluginException stopped(RunningTask task, InstantSession session) throws PluginException {
        if (task.stopper().reason().filter(StopReason.CANCELLED::equals).isPresent()) {
            discard(session);
        }
        return new PluginException(ErrorKind.CANCELLED, "the task was stopped");
    }

    /** A move that failed is told, and somebody may ask for it again; one that was cancelled is discarded. */
    private void stays(RunningTask task, String place, PluginException e) throws PluginException {
        if (task.stopper().isCancelled()) {
            return;
        }
        task.log().warn("The instance was not moved and runs on from the backup: " + e.getMessage());
        task.progress().step(place + "; it could not be moved, see the log");
        runs(task);
        task.wish("");
    }

    /** What can be over in a moment is told once; the instance waits. */
    private static String tend(RunningTask task, InstantSession session, String complaint) throws PluginException {
        try {
            PluginLinks.with(session, () -> {
                session.tend();
                return true;
            });
            return "";
        } catch (PluginException e) {
            if (!e.kind().retryable()) {
                throw e;
            }
            String text = String.valueOf(e.getMessage());
            if (complaint.isEmpty()) {
                task.log().warn("The instance may wait for its disks: " + text);
            }
            return text;
        }
    }

    private static void pause(RunningTask task) throws PluginException {
        try {
            task.stopper().pause(LOOK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException(ErrorKind.CANCELLED, "interrupted while an instance ran from a backup", e);
        }
    }
}
