package io.holdfast.strategy.libvirt.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a restore will make, fixed before anything is made.
 *
 * @param machine the definition that was kept
 * @param name of the machine to be made
 * @param uuid of the machine to be made
 * @param replaced the definition of the stopped machine that is replaced
 * @param images new places by target, for every disk that may have content
 * @param inPlace places of the replaced machine that are kept and compared, by target
 * @param nvram path for the firmware's variables; empty if there are none
 * @param tpm path for the state of the TPM, and where it is written first; empty if there is none
 * @param files the new directory that everything is made in if no machine is made; otherwise empty
 */
record ImportPlan(
        Machine machine,
        String name,
        String uuid,
        Optional<Machine> replaced,
        Map<String, Place> images,
        Map<String, Place> inPlace,
        String nvram,
        Optional<Staged> tpm,
        String files) {

    /**
     * A file that is written under another name first.
     *
     * @param path where it belongs
     * @param staged where it is until then
     */
    record Staged(String path, String staged) {}

    boolean makesMachine() {
        return files.isEmpty();
    }

    /** Whether the machine that is replaced is the one that was backed up. */
    boolean isOldMachine() {
        return replaced.isPresent() && replaced.get().uuid().equals(machine.uuid());
    }

    static String parent(String path) {
        return path.substring(0, Math.max(1, path.lastIndexOf('/')));
    }

    /**
     * The files of the machine that is replaced which nothing uses any more.
     *
     * @param restored targets of the disks that have a new image
     */
    List<String> replacedFiles(Set<String> restored) {
        List<String> files = new ArrayList<>();
        replaced.ifPresent(old -> {
            old.disks().stream()
                    .filter(disk -> disk.hasContent()
                            && disk.type().equals("file")
                            && !disk.path().isEmpty()
                            && restored.contains(disk.target()))
                    .map(Machine.Disk::path)
                    .forEach(files::add);
            if (!nvram.isEmpty() && !old.nvram().isEmpty() && !old.nvram().equals(nvram)) {
                files.add(old.nvram());
            }
        });
        return files;
    }
}
