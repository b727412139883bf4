package io.holdfast.core.worker;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How a destination and the vault on it are reached. Holds secrets: {@link #toString} does not show them.
 *
 * @param id the catalogue's id
 * @param type id of the destination type
 * @param name what people call it
 * @param settings values by name, secrets in clear
 * @param vaultId the vault on it; empty before it is attached
 * @param writerKeys what writing needs, in the vault's encoding; empty before it is attached
 * @param readerKeys what reading needs, in the vault's encoding; empty unless the task has to read
 * @param immutableDays for how many days nobody can delete what a new backup needs; 0 for not at all
 */
public record DestinationAccess(
        String id,
        String type,
        String name,
        Map<String, List<String>> settings,
        String vaultId,
        byte[] writerKeys,
        byte[] readerKeys,
        int immutableDays) {

    /** A destination whose backups can be deleted. */
    public DestinationAccess(
            String id,
            String type,
            String name,
            Map<String, List<String>> settings,
            String vaultId,
            byte[] writerKeys,
            byte[] readerKeys) {
        this(id, type, name, settings, vaultId, writerKeys, readerKeys, 0);
    }

    /** For how long nobody can delete what a new backup needs. */
    public Duration immutableFor() {
        return Duration.ofDays(immutableDays);
    }

    /** Copies the settings. */
    public DestinationAccess {
        settings = Map.copyOf(settings);
    }

    @Override
    public String toString() {
        return "DestinationAccess[" + id + ", " + type + ", " + name + ", vault " + vaultId + "]";
    }
}
