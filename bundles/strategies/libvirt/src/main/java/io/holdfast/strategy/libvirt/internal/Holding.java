package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.Map;
import java.util.Optional;

/**
 * What the export of a running machine has on the host, as its entry in the journal lists it.
 *
 * @param machine its UUID
 * @param directory for scratch files and the socket
 * @param checkpoint the name of the new checkpoint; empty if there is none
 * @param executing whether the machine ran, and was not paused, when the export began
 */
record Holding(String machine, String directory, String checkpoint, boolean executing) {

    static Holding of(Map<String, String> details) throws PluginException {
        return new Holding(
                Uuids.require(Cleanup.of(details, "machine")),
                Cleanup.of(details, "directory"),
                Cleanup.of(details, "checkpoint"),
                Boolean.parseBoolean(Cleanup.of(details, "executing")));
    }

    Map<String, String> details() {
        return Map.of(
                "machine", machine,
                "directory", directory,
                "checkpoint", checkpoint,
                "executing", Boolean.toString(executing));
    }

    /**
     * Ends the job and removes its files: nothing is held still any more. A machine that QEMU has stopped, because the scratch
     * directory was full, goes on when it has room again.
     *
     * @return whether that was necessary
     */
    boolean end(Provider provider) throws PluginException {
        Optional<MachineStats> seen = new BackupJob(provider, machine, directory).end();
        provider.scratch().remove(directory);
        if (!executing || !(seen.isPresent() ? seen.get().haltedByDisk() : halted(provider))) {
            return false;
        }
        provider.virsh().must("cannot let machine " + machine + " go on", "resume", "--domain=" + machine);
        return true;
    }

    private boolean halted(Provider provider) throws PluginException {
        try {
            return provider.virsh().stats(machine).haltedByDisk();
        } catch (PluginException e) {
            if (e.kind() == ErrorKind.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }
}
