package io.holdfast.core.worker.internal;

import io.holdfast.core.vault.NewVault;
import io.holdfast.core.vault.ReaderKeys;
import io.holdfast.core.vault.RecoveryKey;
import io.holdfast.core.vault.VaultFactory;
import io.holdfast.core.vault.VaultIdentity;
import io.holdfast.core.vault.VaultOptions;
import io.holdfast.core.vault.WriterKeys;
import io.holdfast.core.worker.DestinationAccess;
import io.holdfast.core.worker.TaskInputs;
import io.holdfast.core.worker.TaskOutcome;
import io.holdfast.core.worker.TaskOutcome.End;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.core.worker.internal.PluginLinks.DestinationLink;
import io.holdfast.core.worker.internal.VaultLinks.VaultLink;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.Destination;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** ATTACH: prepares the place, then makes a vault on it or takes the one over that is there. */
final class AttachProcedure implements Procedure {

    private final VaultLinks vaults;

    AttachProcedure(VaultLinks vaults) {
        this.vaults = vaults;
    }

    @Override
    public Result run(RunningTask task, TaskInputs inputs) throws PluginException {
        DestinationAccess access = Need.destination(inputs);
        Runnable departure = () -> task.stopper().cancel(StopReason.PLUGIN_LEFT);
        task.progress().step("Preparing the destination");
        try (DestinationLink link = vaults.plugins().open(access, true, departure)) {
            Optional<VaultIdentity> there = vaults.factory().probe(link.destination(), task.transfer());
            if (task.parameter(TaskParameters.MODE).equals(TaskParameters.REPLICATE)) {
                return replicate(task, inputs, link, departure);
            }
            boolean adopt = task.parameter(TaskParameters.MODE).equals(TaskParameters.ADOPT);
            Map<String, String> secrets = adopt
                    ? adopt(task, access, link.destination(), there, inputs.secrets())
                    : create(task, access, link.destination(), there, inputs.secrets());
            Map<String, String> results = new HashMap<>(VaultLinks.capacity(link, task.transfer()));
            VaultIdentity now = vaults.factory()
                    .probe(link.destination(), task.transfer())
                    .orElseThrow(() -> new PluginException(
                            ErrorKind.UNAVAILABLE,
                            "The vault on '" + access.name() + "' was written, but cannot be found again."));
            results.put(TaskParameters.VAULT, now.vaultId());
            String text = adopt ? "adopted the vault " : "made the vault ";
            return new Result(End.FINISHED, text + now.vaultId(), false, results, secrets);
        }
    }

    /** The keys are known already: they are those of the vault that is replicated. */
    private Result replicate(RunningTask task, TaskInputs inputs, DestinationLink link, Runnable departure)
            throws PluginException {
        DestinationAccess from = Need.from(inputs);
        try (VaultLink first = vaults.open(from, task.transfer(), departure)) {
            task.progress().step("Making the replica");
            VaultIdentity made = vaults.factory()
                    .replicate(
                            first.link().destination(),
                            link.destination(),
                            WriterKeys.decode(from.writerKeys()),
                            vaults.plugins().appliance(),
                            task.transfer());
            Map<String, String> results = new HashMap<>(VaultLinks.capacity(link, task.transfer()));
            results.put(TaskParameters.VAULT, made.vaultId());
            String text = "made a replica of the vault " + made.vaultId() + " on '" + from.name() + "'";
            return new Result(End.FINISHED, text, false, results, Map.of());
        }
    }

    private Map<String, String> create(
            RunningTask task,
            DestinationAccess access,
            Destination destination,
            Optional<VaultIdentity> there,
            Map<String, String> given)
            throws PluginException {
        if (there.isPresent()) {
            throw new PluginException(
                    ErrorKind.ALREADY_EXISTS,
                    "The destination '" + access.name() + "' holds the vault "
                            + there.get().vaultId()
                            + " already; adopt it with its recovery key, passphrase or shares, or choose an empty place.");
        }
        task.progress().step("Making the vault");
        String passphrase = given.get(TaskInputs.PASSPHRASE);
        NewVault made = vaults.factory()
                .create(
                        destination,
                        VaultOptions.standard(),
                        vaults.plugins().appliance(),
                        passphrase == null ? null : passphrase.toCharArray(),
                        task.transfer());
        Map<String, String> secrets = new HashMap<>(KeysProcedure.secrets(made.writerKeys(), made.readerKeys()));
        secrets.put(TaskOutcome.RECOVERY_KEY, made.recoveryKey().print());
        return secrets;
    }

    private Map<String, String> adopt(
            RunningTask task,
            DestinationAccess access,
            Destination destination,
            Optional<VaultIdentity> there,
            Map<String, String> given)
            throws PluginException {
        if (there.isEmpty()) {
            throw new PluginException(
                    ErrorKind.NOT_FOUND,
                    "There is no vault on the destination '" + access.name() + "'; check its path or bucket.");
        }
        task.progress().step("Opening the vault");
        VaultFactory factory = vaults.factory();
        TransferContext context = task.transfer();
        String recovery = given.get(TaskInputs.RECOVERY_KEY);
        String passphrase = given.getOrDefault(TaskInputs.PASSPHRASE, "");
        String shares = given.get(TaskInputs.SHARES);
        ReaderKeys keys;
        if (shares != null) {
            keys = factory.unlock(destination, KeysProcedure.shares(shares), context);
        } else if (recovery != null) {
            keys = factory.unlock(destination, RecoveryKey.parse(recovery), context);
        } else {
            keys = factory.unlock(destination, passphrase.toCharArray(), context);
        }
        factory.adopt(destination, keys, vaults.plugins().appliance(), context);
        Map<String, String> secrets = new HashMap<>(KeysProcedure.secrets(keys.writerKeys(), keys));
        if (recovery != null) {
            secrets.put(TaskOutcome.RECOVERY_KEY, RecoveryKey.parse(recovery).print());
        }
        return secrets;
    }
}
