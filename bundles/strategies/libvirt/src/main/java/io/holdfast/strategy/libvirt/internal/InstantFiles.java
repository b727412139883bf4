package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import java.util.List;

/** Removes what running a machine from a backup has made on the host. What is not there is no failure. */
final class InstantFiles {

    private final Provider provider;
    private final InstantPlan plan;

    InstantFiles(Provider provider, InstantPlan plan) {
        this.provider = provider;
        this.plan = plan;
    }

    /** Everything, from the journal. */
    void remove() throws PluginException {
        removeMachine();
        removeFiles();
    }

    /** Ends the machine, if it is ours: if it has a disk that this node serves or an image of the plan. */
    void removeMachine() throws PluginException {
        if (!provider.virsh().uuids().contains(plan.uuid())
                || !ours(provider.virsh().definition(plan.uuid()))) {
            return;
        }
        if (provider.virsh().stats(plan.uuid()).active()) {
            Host.Output ended = provider.virsh().attempt(Virsh.LIMIT, "destroy", "--domain=" + plan.uuid());
            if (!ended.good() && provider.virsh().stats(plan.uuid()).active()) {
                throw provider.virsh().failure("cannot end machine " + plan.uuid(), ended);
            }
        }
        if (!provider.virsh().uuids().contains(plan.uuid())) {
            return; // it was transient
        }
        provider.virsh()
                .must(
                        "cannot remove machine " + plan.uuid(),
                        "undefine",
                        "--keep-nvram",
                        "--checkpoints-metadata",
                        "--snapshots-metadata",
                        "--domain=" + plan.uuid());
    }

    private boolean ours(String definition) throws PluginException {
        return definition.contains(plan.directory() + "/")
                || !plan.movedTargets(Machine.parse(definition)).isEmpty();
    }

    void removeFiles() throws PluginException {
        removeImages(List.copyOf(plan.images().values()));
        if (!plan.nvram().isEmpty()) {
            provider.commands().removeFile(plan.nvram());
        }
        provider.scratch().remove(plan.directory());
    }

    /** Removes those images that the machine does not use. */
    void removeUnusedImages() throws PluginException {
        List<String> used = provider.virsh().uuids().contains(plan.uuid())
                ? Machine.parse(provider.virsh().running(plan.uuid())).disks().stream()
                        .map(Machine.Disk::path)
                        .toList()
                : List.of();
        removeImages(
                plan.images().values().stream().filter(it -> !used.contains(it)).toList());
    }

    private void removeImages(List<String> images) throws PluginException {
        for (String image : images) {
            provider.commands().removeFile(image);
        }
    }
}
