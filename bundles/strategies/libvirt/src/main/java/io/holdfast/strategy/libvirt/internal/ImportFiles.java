package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a restore makes on the host, as its entry in the journal lists it. */
final class ImportFiles {

    private final Provider provider;
    private final Map<String, String> details;

    ImportFiles(Provider provider, Map<String, String> details) {
        this.provider = provider;
        this.details = details;
    }

    static Map<String, String> details(ImportPlan plan, String directory) {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("machine", plan.uuid());
        details.put("replaces", Boolean.toString(plan.replaced().isPresent()));
        details.put("directory", directory);
        details.put("nvram", plan.nvram());
        put(details, List.copyOf(plan.images().values()));
        return details;
    }

    static Map<String, String> replacedDetails(ImportPlan plan) {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("machine", plan.uuid());
        put(details, plan.replacedImages());
        return details;
    }

    private static void put(Map<String, String> details, List<String> images) {
        details.put("disks", Integer.toString(images.size()));
        for (int i = 0; i < images.size(); i++) {
            details.put("image" + i, images.get(i));
        }
    }

    private static List<String> images(Map<String, String> details) {
        List<String> images = new ArrayList<>();
        for (int i = 0; i < Cleanup.count(details); i++) {
            images.add(Cleanup.of(details, "image" + i));
        }
        return images;
    }

    /** Removes the machine and its files, unless a machine that was there before uses them already. */
    void remove() throws PluginException {
        List<String> images = images(details);
        String uuid = Uuids.require(Cleanup.of(details, "machine"));
        new ImageServers(provider, Cleanup.of(details, "directory")).stopAll(images.size());
        boolean defined = provider.virsh().uuids().contains(uuid);
        if (defined && Boolean.parseBoolean(Cleanup.of(details, "replaces"))) {
            if (used(provider, uuid).stream().anyMatch(images::contains)) {
                provider.scratch().remove(Cleanup.of(details, "directory"));
                return; // it was replaced already
            }
        } else if (defined && used(provider, uuid).stream().anyMatch(images::contains)) {
            undefine(uuid);
        }
        for (String image : images) {
            provider.commands().removeFile(image);
        }
        if (!Cleanup.of(details, "nvram").isEmpty()) {
            provider.commands().removeFile(Cleanup.of(details, "nvram"));
        }
        provider.scratch().remove(Cleanup.of(details, "directory"));
    }

    private void undefine(String uuid) throws PluginException {
        if (provider.virsh().stats(uuid).active()) {
            throw new PluginException(
                    ErrorKind.CONFLICT,
                    "the machine " + uuid
                            + " of a restore that did not end is running; stop it, then it can be removed");
        }
        provider.virsh().must("cannot remove machine " + uuid, "undefine", "--keep-nvram", "--domain=" + uuid);
    }

    /** Removes the images that a replaced machine does not use any more. */
    static void removeReplaced(Provider provider, Map<String, String> details) throws PluginException {
        String uuid = Uuids.require(Cleanup.of(details, "machine"));
        List<String> used = used(provider, uuid);
        for (String image : images(details)) {
            if (!used.contains(image)) {
                provider.commands().removeFile(image);
            }
        }
    }

    private static List<String> used(Provider provider, String uuid) throws PluginException {
        return Machine.parse(provider.virsh().definition(uuid)).disks().stream()
                .map(Machine.Disk::path)
                .toList();
    }
}
