package io.holdfast.access.model;

import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.inventory.DestinationInfo;
import io.holdfast.core.inventory.Estate;
import io.holdfast.core.inventory.InstanceInfo;
import io.holdfast.spi.PluginException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What becomes unreadable for good when the keys of a vault are destroyed.
 *
 * @param destination its name, which has to be typed again
 * @param vaultId the vault
 * @param replicas the names of other destinations with a replica of the vault: as long as their keys are there, these open this one, too
 * @param backups how many backups
 * @param storedBytes how many bytes these have stored
 * @param oldest when the oldest was made, in ISO 8601; absent if there is none
 * @param newest when the newest was made, in ISO 8601; absent if there is none
 * @param instances the names of what they are backups of
 * @param lastCopies the names of those that have no backup on another destination
 */
public record DestructionDto(
        String destination,
        String vaultId,
        List<String> replicas,
        int backups,
        long storedBytes,
        @Nullable String oldest,
        @Nullable String newest,
        List<String> instances,
        List<String> lastCopies) {

    /** Copies the lists. */
    public DestructionDto {
        replicas = List.copyOf(replicas);
        instances = List.copyOf(instances);
        lastCopies = List.copyOf(lastCopies);
    }

    /** What the catalogue knows of that destination. */
    public static DestructionDto of(CoreServices core, DestinationInfo destination) throws PluginException {
        Catalog catalog = core.catalog();
        Estate estate = core.estate();
        List<Backup> lost = Page.all(page -> catalog.backups().list(null, destination.id(), page));
        Set<String> instances = lost.stream().map(Backup::instanceId).collect(Collectors.toCollection(TreeSet::new));
        Set<String> last = instances.stream()
                .filter(id -> Page.all(page -> catalog.backups().list(id, null, page)).stream()
                        .allMatch(b -> b.destinationId().equals(destination.id())))
                .collect(Collectors.toCollection(TreeSet::new));
        return new DestructionDto(
                destination.name(),
                destination.vaultId(),
                replicas(estate, destination),
                lost.size(),
                lost.stream().mapToLong(b -> b.stats().storedBytes()).sum(),
                lost.stream()
                        .map(b -> b.created().toString())
                        .min(String::compareTo)
                        .orElse(null),
                lost.stream()
                        .map(b -> b.created().toString())
                        .max(String::compareTo)
                        .orElse(null),
                names(estate, instances),
                names(estate, last));
    }

    private static List<String> replicas(Estate estate, DestinationInfo destination) {
        return Page.all(estate::destinations).stream()
                .filter(d -> d.vaultId().equals(destination.vaultId()) && !d.id().equals(destination.id()))
                .map(DestinationInfo::name)
                .sorted()
                .toList();
    }

    private static List<String> names(Estate estate, Set<String> ids) throws PluginException {
        List<String> names = new ArrayList<>();
        for (String id : ids) {
            names.add(estate.instance(id).map(InstanceInfo::name).orElse(id));
        }
        return names.stream().sorted().toList();
    }

    /** For people, before they decide. */
    public String text() {
        return "The keys of vault " + vaultId + " on '" + destination
                + "' would be destroyed, there and in this appliance."
                + " Unreadable for good: " + backups + " backups"
                + (instances.isEmpty() ? "" : " of " + String.join(", ", instances))
                + (oldest == null ? "" : ", from " + oldest + " to " + newest)
                + ". "
                + (lastCopies.isEmpty()
                        ? "Each has a backup elsewhere, too."
                        : "Without a backup anywhere else: " + String.join(", ", lastCopies) + ".")
                + (replicas.isEmpty()
                        ? " No recovery key, share or passphrase brings anything of it back."
                        : " The same keys are on " + String.join(", ", replicas)
                                + " with replicas: nothing is beyond recovery before they are destroyed there, too.");
    }
}
