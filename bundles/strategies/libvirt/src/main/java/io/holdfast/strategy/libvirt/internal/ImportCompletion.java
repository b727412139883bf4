package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What comes after the images: firmware variables, TPM, definition, start. */
final class ImportCompletion {

    private final Provider provider;
    private final ImportPlan plan;
    private final RestoreOptions options;
    private final Map<String, byte[]> documents;
    private final TaskContext context;
    private final String directory;

    ImportCompletion(
            Provider provider,
            ImportPlan plan,
            RestoreOptions options,
            Map<String, byte[]> documents,
            TaskContext context,
            String directory) {
        this.provider = provider;
        this.plan = plan;
        this.options = options;
        this.documents = documents;
        this.context = context;
        this.directory = directory;
    }

    /** Makes the directory of a restore as files. */
    void prepare() throws PluginException {
        if (!plan.makesMachine()) {
            provider.commands()
                    .must(
                            "cannot make the directory " + Commands.printable(plan.files()),
                            "mkdir",
                            "-m",
                            "700",
                            "--",
                            plan.files());
        }
    }

    /** Makes the machine, or the file that describes it. */
    void write(Map<String, Place> restored, Optional<InPlace> inPlace) throws PluginException {
        byte[] definition = definition(restored).getBytes(StandardCharsets.UTF_8);
        byte[] nvram = documents.get(Documents.NVRAM);
        if (nvram != null && !plan.nvram().isEmpty()) {
            provider.commands().writeFile(plan.nvram(), nvram);
        }
        if (!plan.makesMachine()) {
            writeFiles(definition);
            return;
        }
        byte[] state = documents.get(TpmState.DOCUMENT);
        if (state != null && plan.tpm().isPresent()) {
            TpmState.stage(provider, plan.tpm().get().path(), plan.tpm().get().staged(), state);
        }
        Set<String> anew = new LinkedHashSet<>(restored.keySet());
        anew.removeIf(
                target -> Objects.equals(restored.get(target), plan.inPlace().get(target)));
        SideEffectJournal.Entry replaced = plan.replaced().isEmpty()
                ? null
                : provider.record(context, Cleanup.REPLACED, ImportFiles.replacedDetails(plan, anew));
        if (plan.replaced().isPresent()) {
            // the memory of a machine that was put to sleep does not fit other disks
            provider.virsh().must("cannot forget the saved memory", "managedsave-remove", "--domain=" + plan.uuid());
        }
        if (inPlace.isPresent()) {
            inPlace.get().finish();
            activateTpm(state);
        }
        define(definition);
        if (inPlace.isPresent()) {
            inPlace.get().finished();
        } else {
            activateTpm(state);
        }
        if (replaced != null) {
            if (anew.size() == restored.size()) {
                forgetReplaced();
            }
            ImportFiles.removeReplaced(provider, replaced.details());
            replaced.undone();
        }
    }

    private void activateTpm(byte @Nullable [] state) throws PluginException {
        if (state != null && plan.tpm().isPresent()) {
            TpmState.activate(provider, plan.tpm().get());
        }
    }

    private void writeFiles(byte[] definition) throws PluginException {
        provider.commands().writeFile(plan.files() + "/domain.xml", definition);
        byte[] state = documents.get(TpmState.DOCUMENT);
        if (state != null && plan.tpm().isPresent()) {
            provider.commands().writeFile(plan.tpm().get().path(), state);
        }
    }

    private String definition(Map<String, Place> restored) throws PluginException {
        Machine machine = plan.machine();
        InPlace.unmark(machine);
        RestoredDefinition definition = new RestoredDefinition(machine);
        definition.identify(plan.name(), plan.uuid(), !options.keepsIdentity() && !plan.isOldMachine());
        Map<String, Place> places = new LinkedHashMap<>();
        if (plan.isOldMachine()) {
            plan.replaced().stream()
                    .flatMap(old -> old.disks().stream())
                    .filter(disk -> disk.hasContent() && !disk.path().isEmpty())
                    .forEach(disk -> places.put(disk.target(), Place.of(disk)));
        }
        Set<String> kept = new LinkedHashSet<>(places.keySet());
        kept.removeAll(restored.keySet());
        places.putAll(restored);
        definition.place(places);
        kept.removeIf(target ->
                machine.disks().stream().noneMatch(disk -> disk.target().equals(target)));
        if (!kept.isEmpty()) {
            context.log()
                    .info("not in the backup, and left as they are: disks "
                            + Commands.printable(String.join(", ", kept)));
        }
        if (!definition.removed().isEmpty()) {
            context.log()
                    .warn("not in the backup, and not in the restored machine: disks "
                            + Commands.printable(String.join(", ", definition.removed())));
        }
        definition.placeNvram(plan.nvram());
        options.networks().apply(machine);
        adaptToHost(machine);
        return definition.format();
    }

    /** Programs have other paths on other distributions. */
    private void adaptToHost(Machine machine) throws PluginException {
        String emulator = Xml.text(machine.document().getDocumentElement(), "devices", "emulator");
        if (!emulator.isEmpty() && !provider.commands().exists(emulator)) {
            machine.devices("emulator").forEach(e -> e.getParentNode().removeChild(e)); // libvirt knows its own
            context.log().info("the host has no " + Commands.printable(emulator) + "; libvirt chooses the emulator");
        }
        String loader = Xml.text(machine.document().getDocumentElement(), "os", "loader");
        if (!loader.isEmpty() && !provider.commands().exists(loader)) {
            context.log()
                    .warn("the host has no firmware " + Commands.printable(loader)
                            + "; install it (Debian: ovmf), or correct the restored machine's definition");
        }
    }

    private void define(byte[] xml) throws PluginException {
        String file = directory + "/domain.xml";
        provider.commands().writeFile(file, xml);
        provider.virsh().must("cannot define the machine '" + Commands.printable(plan.name()) + "'", "define", file);
    }

    /** The checkpoints and snapshots of the machine that was replaced spoke of images that are gone. */
    private void forgetReplaced() throws PluginException {
        List<String> checkpoints = provider.virsh().checkpoints(plan.uuid());
        for (String checkpoint : checkpoints) {
            provider.virsh()
                    .attempt(
                            Virsh.LIMIT,
                            "checkpoint-delete",
                            "--metadata",
                            "--domain=" + plan.uuid(),
                            "--checkpointname=" + checkpoint);
        }
        List<String> snapshots =
                provider.virsh().names("cannot list snapshots", "snapshot-list", "--name", "--domain=" + plan.uuid());
        for (String snapshot : snapshots) {
            provider.virsh()
                    .attempt(
                            Virsh.LIMIT,
                            "snapshot-delete",
                            "--metadata",
                            "--domain=" + plan.uuid(),
                            "--snapshotname=" + snapshot);
        }
        if (!checkpoints.isEmpty() || !snapshots.isEmpty()) {
            context.log().info("the checkpoints and snapshots of the replaced machine went with its images");
        }
    }

    /** Starts the machine if that is asked for, and says what was made. */
    String start(int disks) {
        String where = " on " + provider.host().name() + " with " + disks + " disks";
        if (!plan.makesMachine()) {
            return "Images and definition of the machine '" + Commands.printable(plan.name()) + "' were made in "
                    + Commands.printable(plan.files()) + where + ".";
        }
        String made = "Machine '" + Commands.printable(plan.name()) + "' (" + plan.uuid() + ") was "
                + (plan.replaced().isPresent() ? "replaced" : "made") + where;
        if (!options.starts()) {
            return made + ".";
        }
        try {
            provider.virsh().must("cannot start the restored machine", "start", "--domain=" + plan.uuid());
            return made + " and started.";
        } catch (PluginException e) {
            context.log().warn(String.valueOf(e.getMessage()));
            return made + "; it did not start: " + Commands.complaint(String.valueOf(e.getMessage()));
        }
    }
}
