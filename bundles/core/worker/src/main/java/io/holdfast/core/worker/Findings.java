package io.holdfast.core.worker;

import io.holdfast.spi.strategy.InstanceDescription;
import java.util.List;
import java.util.Map;

/**
 * What a running task found, told in batches so that nothing has to be held whole. Telling the same twice is harmless.
 *
 * @param instances instances of the provider; {@link TaskKind#INVENTORY}
 * @param backups backups on the destination; {@link TaskKind#STORE} and {@link TaskKind#REBUILD}
 * @param forgotten ids of backups that are not on the destination any more; {@link TaskKind#PRUNE}
 * @param verified what a proof found, by backup id: true if everything can be restored; {@link TaskKind#VERIFY}
 */
public record Findings(
        List<InstanceDescription> instances,
        List<FoundBackup> backups,
        List<String> forgotten,
        Map<String, Boolean> verified) {

    /** The most that one list should hold. */
    public static final int BATCH = 500;

    /** Copies the collections. */
    public Findings {
        instances = List.copyOf(instances);
        backups = List.copyOf(backups);
        forgotten = List.copyOf(forgotten);
        verified = Map.copyOf(verified);
    }

    /** Some instances. */
    public static Findings instances(List<InstanceDescription> instances) {
        return new Findings(instances, List.of(), List.of(), Map.of());
    }

    /** Some backups. */
    public static Findings backups(List<FoundBackup> backups) {
        return new Findings(List.of(), backups, List.of(), Map.of());
    }

    /** Some backups that are gone. */
    public static Findings forgotten(List<String> ids) {
        return new Findings(List.of(), List.of(), ids, Map.of());
    }

    /** Some proofs. */
    public static Findings verified(Map<String, Boolean> verified) {
        return new Findings(List.of(), List.of(), List.of(), verified);
    }
}
