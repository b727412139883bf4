package io.holdfast.core.worker.internal;

import io.holdfast.core.vault.ReaderKeys;
import io.holdfast.core.vault.RecoveryKey;
import io.holdfast.core.vault.RecoveryShare;
import io.holdfast.core.vault.Rotation;
import io.holdfast.core.vault.WriterKeys;
import io.holdfast.core.worker.DestinationAccess;
import io.holdfast.core.worker.TaskInputs;
import io.holdfast.core.worker.TaskOutcome;
import io.holdfast.core.worker.TaskOutcome.End;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.core.worker.internal.PluginLinks.DestinationLink;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** KEYS: puts a key object, begins a key epoch, or destroys the keys of a vault. Each can be repeated. */
final class KeysProcedure implements Procedure {

    private final VaultLinks vaults;

    KeysProcedure(VaultLinks vaults) {
        this.vaults = vaults;
    }

    @Override
    public Result run(RunningTask task, TaskInputs inputs) throws PluginException {
        DestinationAccess access = Need.destination(inputs);
        String mode = task.parameter(TaskParameters.MODE);
        if (access.readerKeys().length == 0 && mode.equals(TaskParameters.DESTROY)) {
            return done("the keys were destroyed before", Map.of());
        }
        ReaderKeys keys = ReaderKeys.decode(access.readerKeys());
        Runnable departure = () -> task.stopper().cancel(StopReason.PLUGIN_LEFT);
        try (DestinationLink link = vaults.plugins().open(access, false, departure)) {
            return switch (mode) {
                case TaskParameters.ADD_SLOT -> addSlot(task, link, keys, inputs.secrets());
                case TaskParameters.ROTATE -> rotate(task, link, keys, inputs.secrets());
                case TaskParameters.DESTROY -> destroy(task, link, keys);
                default ->
                    throw new PluginException(ErrorKind.UNSUPPORTED, "this node knows no key task '" + mode + "'");
            };
        }
    }

    private Result addSlot(RunningTask task, DestinationLink link, ReaderKeys keys, Map<String, String> given)
            throws PluginException {
        task.progress().step("Adding a way to the keys");
        byte[] slot = Base64.getDecoder().decode(given.getOrDefault(TaskInputs.SLOT, ""));
        vaults.factory()
                .addSlot(link.destination(), keys, slot, vaults.plugins().appliance(), task.transfer());
        return done("the vault can be opened with the new set of recovery shares", Map.of());
    }

    private Result rotate(RunningTask task, DestinationLink link, ReaderKeys keys, Map<String, String> given)
            throws PluginException {
        task.progress().step("Beginning a new key epoch");
        String fresh = given.get(TaskInputs.NEW_RECOVERY_KEY);
        Rotation rotation = rotation(task, fresh, given);
        ReaderKeys next = vaults.factory()
                .rotate(link.destination(), keys, rotation, vaults.plugins().appliance(), task.transfer());
        Map<String, String> secrets = new HashMap<>(secrets(next.writerKeys(), next));
        secrets.put(TaskOutcome.RECOVERY_KEY, rotation.recoveryKey().print());
        String paper = fresh == null ? "" : "; print the new recovery key, the earlier one opens earlier backups only";
        return done("new backups are sealed to key epoch " + next.epoch() + paper, secrets);
    }

    private static Rotation rotation(RunningTask task, @Nullable String fresh, Map<String, String> given)
            throws PluginException {
        String recovery = fresh == null ? given.get(TaskInputs.RECOVERY_KEY) : fresh;
        if (recovery == null) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "The appliance does not know the recovery key of this vault; give it, or ask for a new one.");
        }
        String passphrase = given.get(TaskInputs.PASSPHRASE);
        return new Rotation(
                RecoveryKey.parse(recovery),
                fresh != null,
                passphrase,
                Boolean.parseBoolean(task.parameter(TaskParameters.WITHOUT_PASSPHRASE)),
                shares(given.get(TaskInputs.SHARES)),
                Boolean.parseBoolean(task.parameter(TaskParameters.WITHOUT_SHARES)));
    }

    /** Printed shares, one a line. */
    static List<RecoveryShare> shares(@Nullable String lines) throws PluginException {
        List<RecoveryShare> shares = new ArrayList<>();
        for (String line : lines == null ? List.<String>of() : lines.lines().toList()) {
            shares.add(RecoveryShare.parse(line, "Share " + (shares.size() + 1) + " of those given"));
        }
        return shares;
    }

    private Result destroy(RunningTask task, DestinationLink link, ReaderKeys keys) throws PluginException {
        task.progress().step("Destroying the keys");
        int deleted = vaults.factory()
                .destroyKeys(link.destination(), keys, vaults.plugins().appliance(), task.transfer());
        return done(
                "destroyed the keys of the vault (" + deleted
                        + " key objects deleted); nothing reads what was backed up to it any more",
                Map.of());
    }

    private static Result done(String message, Map<String, String> secrets) {
        return new Result(End.FINISHED, message, false, Map.of(), secrets);
    }

    static Map<String, String> secrets(WriterKeys writer, ReaderKeys reader) {
        Base64.Encoder encoder = Base64.getEncoder();
        return Map.of(
                TaskOutcome.WRITER_KEYS,
                encoder.encodeToString(writer.encoded()),
                TaskOutcome.READER_KEYS,
                encoder.encodeToString(reader.encoded()));
    }
}
