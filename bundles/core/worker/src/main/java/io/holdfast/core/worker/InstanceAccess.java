package io.holdfast.core.worker;

import io.holdfast.spi.strategy.InstanceDescription;
import java.util.List;
import java.util.Map;

/**
 * An instance that a task is about. Holds secrets: {@link #toString} does not show the settings.
 *
 * @param id the catalogue's id, which names the instance's chain of backups in the vault
 * @param description as inventory or an administrator described it
 * @param settings values by name, secrets in clear
 */
public record InstanceAccess(String id, InstanceDescription description, Map<String, List<String>> settings) {

    /** Copies the settings. */
    public InstanceAccess {
        settings = Map.copyOf(settings);
    }

    @Override
    public String toString() {
        return "InstanceAccess[" + id + ", " + description.externalId() + "]";
    }
}
