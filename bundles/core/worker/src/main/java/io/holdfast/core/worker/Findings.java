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
 * @param booted what a boot found, by backup id; {@link TaskKind#PROVE}
 * @param copied what a backup is called where it was copied to, by its id where it was copied from; {@link TaskKind#COPY}
 * @param damage what of a backup that is not whole is lost, by backup id, for people: at most 900 characters each; {@link TaskKind#VERIFY}
 */
public record Findings(
        List<InstanceDescription> instances,
        List<FoundBackup> backups,
        List<String> forgotten,
        Map<String, Boolean> verified,
        Map<String, Boot> booted,
        Map<String, String> copied,
        Map<String, String> damage) {

    /**
     * What was found when an instance was booted from a backup.
     *
     * @param good whether it came up and every check passed
     * @param durationMillis how long it took
     * @param message what was checked and what failed
     * @param console the last lines of its console, at most 8,000 characters
     * @param output the last lines of what programs have said that looked at it, at most 8,000 characters
     * @param screenshot a picture of its screen: PNG of at most 1 MiB; empty if there is none
     */
    public record Boot(
            boolean good, long durationMillis, String message, String console, String output, byte[] screenshot) {}

    /** Findings of instances and backups alone. */
    public Findings(
            List<InstanceDescription> instances,
            List<FoundBackup> backups,
            List<String> forgotten,
            Map<String, Boolean> verified) {
        this(instances, backups, forgotten, verified, Map.of(), Map.of(), Map.of());
    }

    /** The most that one list should hold. */
    public static final int BATCH = 500;

    /** Copies the collections. */
    public Findings {
        instances = List.copyOf(instances);
        backups = List.copyOf(backups);
        forgotten = List.copyOf(forgotten);
        verified = Map.copyOf(verified);
        booted = Map.copyOf(booted);
        copied = Map.copyOf(copied);
        damage = Map.copyOf(damage);
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

    /** A boot. */
    public static Findings booted(String backup, Boot boot) {
        return new Findings(List.of(), List.of(), List.of(), Map.of(), Map.of(backup, boot), Map.of(), Map.of());
    }

    /** Some copies. */
    public static Findings copied(Map<String, String> copies) {
        return new Findings(List.of(), List.of(), List.of(), Map.of(), Map.of(), copies, Map.of());
    }

    /** Some proofs. */
    public static Findings verified(Map<String, Boolean> verified) {
        return new Findings(List.of(), List.of(), List.of(), verified);
    }

    /** Some proofs, and what is lost of those that failed. */
    public static Findings verified(Map<String, Boolean> verified, Map<String, String> damage) {
        return new Findings(List.of(), List.of(), List.of(), verified, Map.of(), Map.of(), damage);
    }
}
