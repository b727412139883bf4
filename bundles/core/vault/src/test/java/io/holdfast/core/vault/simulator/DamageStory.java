package io.holdfast.core.vault.simulator;

import io.holdfast.core.vault.BackupHealth;
import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.BackupSummary;
import io.holdfast.core.vault.CollectOptions;
import io.holdfast.core.vault.Redundancy;
import io.holdfast.core.vault.SessionRequest;
import io.holdfast.core.vault.Vault;
import io.holdfast.core.vault.VerifyReport;
import io.holdfast.core.vault.VerifyScope;
import io.holdfast.core.vault.WriteSession;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.strategy.ChangeToken;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** One seed of damage: some backups are made, the store does what it must not, and everybody must say so and go on. */
final class DamageStory {

    private final World world;
    private final Random random;
    private final Process process;
    private final List<ObjectKey> lastPuts = new ArrayList<>();
    private final Map<String, Contents> machines = new TreeMap<>();
    private Vault vault;

    private DamageStory(long seed, Path directory) throws PluginException {
        random = new Random(seed);
        Faults none = new Faults(random, 0, false);
        world = new World(directory, new Schedule(seed), none, new Redundancy(seed % 4 == 0 ? 0 : 20));
        process = new Process(world, "node", null, () -> {});
        vault = process.open(world.keys.readerKeys(), world.newDirectory("cache"));
        for (int i = 0; i < 2; i++) {
            machines.put("vm-" + i, new Contents(random));
        }
    }

    /** Plays the damage of a seed and says what it was. */
    static Map<Damage.Kind, Long> play(long seed, Path directory) throws PluginException {
        Randomness.seed(seed);
        DamageStory story = new DamageStory(seed, directory);
        story.build();
        Damage damage = new Damage(story.world, story.process, story.random, story.lastPuts);
        int strikes = 1 + story.random.nextInt(3);
        for (int i = 0; i < strikes; i++) {
            damage.strike();
        }
        story.inspect(damage);
        story.world.oracle.damaged();
        story.goOn(damage);
        story.world.schedule.rethrow();
        return damage.counts();
    }

    private void build() throws PluginException {
        for (int i = 3 + random.nextInt(5); i > 0; i--) {
            String machine = "vm-" + random.nextInt(2);
            Set<ObjectKey> before = Set.copyOf(world.store.objects.keySet());
            machines.get(machine).change();
            backup(machine, machines.get(machine).picture(), random.nextInt(3) > 0);
            lastPuts.clear();
            world.store.objects.keySet().stream()
                    .filter(k -> !before.contains(k))
                    .forEach(lastPuts::add);
            if (random.nextInt(4) == 0) {
                collect();
            }
        }
    }

    private BackupId backup(String machine, Contents.Picture picture, boolean incremental) throws PluginException {
        Optional<BackupId> previous =
                incremental ? vault.latest(machine, Process.CONTEXT).map(BackupSummary::id) : Optional.empty();
        try (WriteSession session = vault.begin(
                new SessionRequest(machine, previous, world.directory.resolve("staging-" + machine)),
                Process.CONTEXT)) {
            world.oracle.announce(session.backup(), machine, picture);
            Contents.Picture tracked = session.previous().isPresent() && !session.shouldReadFully()
                    ? world.oracle.pictureOf(session.previous().get().id())
                    : null;
            session.export(
                    Contents.sources(picture, true, tracked),
                    Map.of(),
                    World.NO_PROGRESS,
                    Process.CONTEXT.cancellation());
            session.seal(Optional.of(new ChangeToken("token")));
            return session.store(World.NO_PROGRESS, Process.CONTEXT).id();
        }
    }

    private void collect() throws PluginException {
        vault.collect(new CollectOptions(false, 0.25, Duration.ofHours(1)), World.NO_PROGRESS, Process.CONTEXT);
    }

    /** Everything that is wrong is found, by its name; what is not, restores; nothing restores wrong. */
    private void inspect(Damage damage) throws PluginException {
        Set<String> vanished = damage.vanished();
        Set<String> unreadable = damage.unreadable();
        Set<String> harmed = damage.harmed();
        restoreAll(vanished, union(harmed, unreadable));
        vault.close();
        vault = process.open(world.keys.readerKeys(), world.newDirectory("cache"));
        VerifyReport report = vault.verify(VerifyScope.all(), World.NO_PROGRESS, Process.CONTEXT);
        Set<String> found = new HashSet<>();
        report.findings().forEach(f -> found.add(f.key()));
        for (ObjectKey key : damage.changed()) {
            String name = key.value();
            boolean checked = name.startsWith("packs/") || name.startsWith("manifests/") || name.startsWith("index/");
            Optional<Id> ofPack = ObjectNames.packOfParity(key);
            checked |= ofPack.isPresent() && world.store.objects.containsKey(ObjectNames.pack(ofPack.get()));
            if (checked && !found.contains(name)) {
                world.schedule.fail("verification does not find that " + name + " is damaged", null);
            }
        }
        Set<String> promised = new HashSet<>(damage.withinParity());
        report.findings().stream()
                .filter(f -> f.remedy() == VerifyReport.Remedy.REPAIRED)
                .forEach(f -> promised.remove(f.key()));
        if (!promised.isEmpty()) {
            world.schedule.fail("these packs are not repaired although they could be: " + promised, null);
        }
        Set<String> named = new HashSet<>();
        report.backups().stream()
                .filter(h -> !h.whole())
                .map(BackupHealth::backup)
                .forEach(b -> named.add(b.value()));
        Set<String> expected = new HashSet<>(harmed);
        expected.addAll(unreadable);
        expected.removeAll(vanished);
        if (!named.equals(expected)) {
            world.schedule.fail("verification names " + named + " instead of " + expected, null);
        }
        Set<String> recorded = new HashSet<>(unreadable);
        vault.health(Process.CONTEXT).forEach(h -> recorded.add(h.backup().value()));
        if (!recorded.containsAll(expected)) {
            world.schedule.fail("recorded is what concerns " + recorded + " instead of " + expected, null);
        }
        restoreAll(vanished, expected);
    }

    private static Set<String> union(Set<String> a, Set<String> b) {
        Set<String> all = new HashSet<>(a);
        all.addAll(b);
        return all;
    }

    private void restoreAll(Set<String> vanished, Set<String> mayFail) {
        world.oracle.live().forEach((id, backup) -> {
            if (vanished.contains(id)) {
                return;
            }
            try {
                world.restore(vault, new BackupId(id), backup.picture());
            } catch (PluginException e) {
                boolean clean = e.kind() == ErrorKind.CORRUPT_DATA || e.kind() == ErrorKind.NOT_FOUND;
                if (!clean || !mayFail.contains(id)) {
                    world.schedule.fail("backup " + id + " does not restore: " + e.kind() + " " + e.getMessage(), e);
                }
            }
        });
    }

    /** The next backups are whole and heal what they can; collections lose nothing further. */
    private void goOn(Damage damage) throws PluginException {
        Set<String> vanished = damage.vanished();
        Set<String> unreadable = damage.unreadable();
        Set<String> harmed = damage.harmed();
        List<String> fresh = new ArrayList<>();
        for (Map.Entry<String, Contents> machine : machines.entrySet()) {
            fresh.add(backup(machine.getKey(), machine.getValue().picture(), random.nextBoolean())
                    .value());
        }
        Set<String> mayFail = new HashSet<>(harmed);
        mayFail.addAll(unreadable);
        restoreAll(vanished, mayFail);
        forget(unreadable);
        try {
            collect();
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA) {
                throw e;
            }
        }
        restoreAll(vanished, mayFail);
        Set<String> bad = new HashSet<>();
        vault.verify(VerifyScope.all(), World.NO_PROGRESS, Process.CONTEXT).backups().stream()
                .filter(h -> !h.whole())
                .forEach(h -> bad.add(h.backup().value()));
        for (String id : fresh) {
            if (bad.contains(id)) {
                world.schedule.fail("the new backup " + id + " is not whole", null);
            }
        }
        restoreAll(vanished, bad);
    }

    private void forget(Set<String> unreadable) throws PluginException {
        List<BackupId> ids = unreadable.stream().map(BackupId::new).toList();
        ids.forEach(world.oracle::allowForget);
        vault.forget(ids, Process.CONTEXT);
    }
}
