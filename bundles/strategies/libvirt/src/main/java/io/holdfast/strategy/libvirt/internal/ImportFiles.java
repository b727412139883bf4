package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a restore makes on the host, as its entry in the journal lists it. */
final class ImportFiles {

    private static final String TPM = "tpm";
    private static final String STAGED = "tpmStaged";

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
        details.put("files", plan.files());
        plan.tpm().ifPresent(tpm -> {
            details.put(TPM, tpm.path());
            details.put(STAGED, tpm.staged());
        });
        List<Place> places = new ArrayList<>();
        plan.images().forEach((target, place) -> {
            // the old machine's own image is nothing to be removed; it keeps its number, as servers are found by it
            places.add(place.equals(plan.inPlace().get(target)) ? Place.file("", "") : place);
        });
        put(details, places);
        return details;
    }

    /** @param restored targets of disks that have a new image */
    static Map<String, String> replacedDetails(ImportPlan plan, Set<String> restored) {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("machine", plan.uuid());
        put(
                details,
                plan.replacedFiles(restored).stream()
                        .map(path -> Place.file(path, ""))
                        .toList());
        return details;
    }

    private static void put(Map<String, String> details, List<Place> places) {
        details.put("disks", Integer.toString(places.size()));
        for (int i = 0; i < places.size(); i++) {
            Place place = places.get(i);
            details.put("image" + i, place.path());
            if (place.inPool()) {
                details.put("pool" + i, place.pool());
                details.put("volume" + i, place.volume());
            }
        }
    }

    private static List<Place> places(Map<String, String> details) {
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < Cleanup.count(details); i++) {
            places.add(new Place(
                    false,
                    Cleanup.of(details, "image" + i),
                    "",
                    Cleanup.of(details, "pool" + i),
                    Cleanup.of(details, "volume" + i)));
        }
        return places;
    }

    /** Removes the machine and its files, unless a machine that was there before uses them already. */
    void remove() throws PluginException {
        List<Place> places = places(details);
        List<String> paths = new ArrayList<>(places.stream().map(Place::path).toList());
        paths.add(of("nvram"));
        paths.removeIf(String::isEmpty);
        String uuid = Uuids.require(of("machine"));
        new ImageServers(provider, of("directory")).stopAll(places.size());
        boolean defined = provider.virsh().uuids().contains(uuid);
        boolean used = defined && used(provider, uuid).stream().anyMatch(paths::contains);
        boolean replaces = Boolean.parseBoolean(of("replaces"));
        if (used && replaces) { // it was replaced already
            if (!of(STAGED).isEmpty() && provider.commands().exists(of(STAGED))) {
                TpmState.activate(provider, new ImportPlan.Staged(of(TPM), of(STAGED)));
            }
            provider.scratch().remove(of("directory"));
            return;
        }
        if (used) {
            undefine(uuid);
        }
        for (Place place : places) {
            if (!place.path().isEmpty()) {
                NewImages.remove(provider, place);
            }
        }
        removeOthers(replaces);
        provider.scratch().remove(of("directory"));
    }

    private void removeOthers(boolean replaces) throws PluginException {
        if (!of("nvram").isEmpty()) {
            provider.commands().removeFile(of("nvram"));
        }
        if (!of(STAGED).isEmpty()) {
            provider.commands().removeFile(of(STAGED));
            if (!replaces) {
                provider.commands().removeFile(of(TPM));
                provider.commands().removeDirectory(ImportPlan.parent(of(TPM)));
                provider.commands().removeDirectory(ImportPlan.parent(ImportPlan.parent(of(TPM))));
            }
        }
        if (!of("files").isEmpty()) {
            provider.commands().removeFile(of("files") + "/domain.xml");
            provider.commands().removeDirectory(of("files"));
        }
    }

    private String of(String key) {
        return Cleanup.of(details, key);
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
        for (Place place : places(details)) {
            if (!used.contains(place.path())) {
                provider.commands().removeFile(place.path());
                provider.commands().removeFile(place.path() + InPlace.SUFFIX);
            }
        }
    }

    private static List<String> used(Provider provider, String uuid) throws PluginException {
        Machine machine = Machine.parse(provider.virsh().definition(uuid));
        List<String> used =
                new ArrayList<>(machine.disks().stream().map(Machine.Disk::path).toList());
        used.add(machine.nvram());
        return used;
    }
}
