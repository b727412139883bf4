package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import java.util.Map;

/** Removes what a session has made on the host: at its end, or from the journal. Removing what is not there succeeds. */
final class Cleanup {

    static final String EXPORT = "libvirt-export";
    static final String FREEZE = "libvirt-freeze";
    static final String CHECKPOINT = "libvirt-old-checkpoint";
    static final String SERVERS = "libvirt-image-servers";
    static final String IMPORT = "libvirt-import";
    static final String SNAPSHOT = "libvirt-snapshot";
    static final String REPLACED = "libvirt-replaced-images";
    static final String INSTANT = "libvirt-instant";
    static final String INSTANT_IMAGES = "libvirt-instant-images";

    private final Provider provider;

    Cleanup(Provider provider) {
        this.provider = provider;
    }

    /** Undoes an entry of the journal. */
    void undo(SideEffectJournal.Entry entry) throws PluginException {
        Map<String, String> details = entry.details();
        switch (entry.kind()) {
            case EXPORT -> export(Holding.of(details));
            case FREEZE -> {
                String uuid = Uuids.require(of(details, "machine"));
                if (exists(uuid)) {
                    GuestFreeze.thaw(provider.virsh(), uuid);
                }
            }
            case CHECKPOINT -> {
                String uuid = Uuids.require(of(details, "machine"));
                if (exists(uuid)) {
                    provider.checkpoints().delete(uuid, of(details, "checkpoint"));
                }
            }
            case SNAPSHOT -> {
                String uuid = Uuids.require(of(details, "machine"));
                if (exists(uuid)) {
                    new MachineSnapshots(provider).delete(uuid, of(details, "snapshot"));
                }
            }
            case SERVERS -> {
                new ImageServers(provider, of(details, "directory")).stopAll(count(details));
                provider.scratch().remove(of(details, "directory"));
            }
            case IMPORT -> new ImportFiles(provider, details).remove();
            case REPLACED -> ImportFiles.removeReplaced(provider, details);
            case INSTANT -> new InstantFiles(provider, InstantPlan.of(details)).remove();
            case INSTANT_IMAGES -> new InstantFiles(provider, InstantPlan.of(details)).removeUnusedImages();
            default ->
                throw new PluginException(
                        ErrorKind.INTERNAL, "the journal has '" + entry.kind() + "', which this plugin does not know");
        }
        entry.undone();
    }

    /** Ends the job and removes scratch files and checkpoint of a running machine's export. */
    void export(Holding holding) throws PluginException {
        if (!exists(holding.machine())) {
            provider.scratch().remove(holding.directory());
            return;
        }
        holding.end(provider);
        if (!holding.checkpoint().isEmpty()) {
            provider.checkpoints().delete(holding.machine(), holding.checkpoint());
        }
    }

    private boolean exists(String uuid) throws PluginException {
        return provider.virsh().uuids().contains(uuid);
    }

    static int count(Map<String, String> details) {
        String text = of(details, "disks");
        return text.matches("\\d{1,6}") ? Integer.parseInt(text) : 0;
    }

    static String of(Map<String, String> details, String key) {
        return details.getOrDefault(key, "");
    }
}
