package io.holdfast.core.worker.internal;

import io.holdfast.core.vault.BackupReader;
import io.holdfast.core.worker.ControlPlane;
import io.holdfast.core.worker.Findings;
import io.holdfast.core.worker.TaskInputs;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.core.worker.internal.PluginLinks.StrategyLink;
import io.holdfast.core.worker.internal.VaultLinks.VaultLink;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.BootReport;
import io.holdfast.spi.strategy.InstantRecovery;
import io.holdfast.spi.strategy.InstantRequest;
import io.holdfast.spi.strategy.StrategyCapability;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** PROVE: boots an instance from a backup in isolation; what was found is kept with the backup. */
final class ProveProcedure implements Procedure {

    private static final int CHARACTERS = 8_000;
    private static final int SCREENSHOT = 1 << 20;

    private final ControlPlane plane;
    private final VaultLinks vaults;
    private final LongSupplier nanos;

    ProveProcedure(ControlPlane plane, VaultLinks vaults, LongSupplier nanos) {
        this.plane = plane;
        this.vaults = vaults;
        this.nanos = nanos;
    }

    @Override
    public Result run(RunningTask task, TaskInputs inputs) throws PluginException {
        Runnable departure = () -> task.stopper().cancel(StopReason.PLUGIN_LEFT);
        String backup = task.parameter(TaskParameters.BACKUP);
        task.progress().step("Opening the backup");
        try (VaultLink vault = vaults.open(Need.destination(inputs), task.transfer(), departure);
                BackupReader reader = vault.vault().read(Backups.id(backup), task.transfer());
                StrategyLink link = vaults.plugins().connect(Need.provider(inputs), departure)) {
            InstantRecovery strategy = MountProcedure.require(link, StrategyCapability.BOOT_PROOF);
            InstantRequest request = MountProcedure.request(
                    task, inputs, reader, link.use().type().proofSchema(), task.scratchDirectory());
            long begun = nanos.getAsLong();
            BootReport report = PluginLinks.with(link.strategy(), () -> strategy.prove(request, task));
            long millis = TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - begun);
            Findings.Boot boot = new Findings.Boot(
                    report.good(),
                    millis,
                    report.message(),
                    lines(report.console()),
                    lines(report.output()),
                    report.screenshot().length > SCREENSHOT ? new byte[0] : report.screenshot());
            Patience.report(task, () -> plane.found(task.lease().key(), Findings.booted(backup, boot)));
            if (!report.good()) {
                task.log().warn("The instance did not pass: " + report.message());
            }
            return Result.done(
                            (report.good() ? "the instance boots: " : "the instance did not pass: ") + report.message())
                    .withWarnings(!report.good());
        }
    }

    /** The last lines that fit. */
    static String lines(List<String> lines) {
        String all = String.join("\n", lines);
        return all.length() > CHARACTERS ? all.substring(all.length() - CHARACTERS) : all;
    }
}
