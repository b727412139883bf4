package io.holdfast.core.worker.internal;

import io.holdfast.core.worker.ControlPlane;
import io.holdfast.core.worker.Findings;
import io.holdfast.core.worker.OpenSideEffect;
import io.holdfast.core.worker.TaskInputs;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.core.worker.internal.PluginLinks.StrategyLink;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal.Entry;
import io.holdfast.spi.strategy.InstanceDescription;
import io.holdfast.spi.strategy.Strategy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** INVENTORY and CLEANUP. */
final class ProviderProcedures {

    private final ControlPlane plane;
    private final PluginLinks plugins;

    ProviderProcedures(ControlPlane plane, PluginLinks plugins) {
        this.plane = plane;
        this.plugins = plugins;
    }

    private StrategyLink connect(RunningTask task, TaskInputs inputs) throws PluginException {
        return plugins.connect(Need.provider(inputs), () -> task.stopper().cancel(StopReason.PLUGIN_LEFT));
    }

    Procedure.Result inventory(RunningTask task, TaskInputs inputs) throws PluginException {
        task.progress().step("Testing the connection");
        try (StrategyLink link = connect(task, inputs)) {
            Strategy strategy = link.strategy();
            Batches batches = new Batches(task);
            String one = task.parameter(TaskParameters.EXTERNAL_ID);
            PluginLinks.with(strategy, () -> {
                if (one.isEmpty()) {
                    strategy.test(task); // says what is missing for backups, too, before anybody makes one
                    task.progress().step("Listing the instances");
                    strategy.inventory(batches, task);
                } else {
                    batches.accept(strategy.describe(one, task));
                }
                return true;
            });
            batches.rest();
            return Procedure.Result.done(
                    "found " + Sizes.count(batches.count(), "instance", "instances"),
                    Map.of(TaskParameters.FOUND, Integer.toString(batches.count())));
        }
    }

    /** Hands instances on in batches. A plugin may call it from any thread, one at a time. */
    private final class Batches implements Consumer<InstanceDescription> {

        private final RunningTask task;
        private final List<InstanceDescription> waiting = new ArrayList<>();
        private final Set<String> told = new HashSet<>();
        private @Nullable PluginException failure;

        Batches(RunningTask task) {
            this.task = task;
        }

        @Override
        public synchronized void accept(InstanceDescription instance) {
            if (!told.add(instance.externalId())) {
                return; // some providers list a thing once for each place where it can be seen
            }
            waiting.add(instance);
            task.progress().done(0, 1);
            if (waiting.size() >= Findings.BATCH && failure == null) {
                try {
                    rest();
                } catch (PluginException e) {
                    failure = e; // told at the end; the plugin's own code must not see it
                }
            }
        }

        synchronized void rest() throws PluginException {
            if (failure != null) {
                throw failure;
            }
            List<InstanceDescription> batch = List.copyOf(waiting);
            waiting.clear();
            Patience.report(task, () -> plane.found(task.lease().key(), Findings.instances(batch)));
        }

        synchronized int count() {
            return told.size();
        }
    }

    Procedure.Result cleanUp(RunningTask task, TaskInputs inputs) throws PluginException {
        if (inputs.sideEffects().isEmpty()) {
            return Procedure.Result.done("nothing was left");
        }
        PluginException first = null;
        try (StrategyLink link = connect(task, inputs)) {
            for (OpenSideEffect effect : inputs.sideEffects()) {
                task.cancellation().throwIfCancelled();
                task.progress().step("Removing a " + effect.kind());
                try {
                    undo(task, link.strategy(), effect);
                } catch (PluginException e) {
                    task.log().warn("a " + effect.kind() + " could not be removed: " + e.getMessage());
                    first = first == null ? e : first;
                }
            }
        }
        if (first != null) {
            throw first;
        }
        return Procedure.Result.done(
                "removed what was left: " + inputs.sideEffects().size());
    }

    private static void undo(RunningTask task, Strategy strategy, OpenSideEffect effect) throws PluginException {
        Entry entry = task.remoteJournal().entry(effect.id(), effect.kind(), effect.details());
        PluginLinks.with(strategy, () -> {
            strategy.undo(entry, task);
            return true;
        });
        // whether or not the plugin said so itself; saying it twice is harmless
        entry.undone();
    }
}
