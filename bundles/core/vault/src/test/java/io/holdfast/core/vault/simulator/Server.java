package io.holdfast.core.vault.simulator;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.CollectOptions;
import io.holdfast.core.vault.ReaderKeys;
import io.holdfast.core.vault.Vault;
import io.holdfast.core.vault.VerifyReport;
import io.holdfast.core.vault.VerifyScope;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The node that prunes, collects, verifies: one such task at a time, as the task lease of the server sees to. */
final class Server {

    private final World world;
    private final Place place;
    private final String name;
    private final Random random;
    private final Path cache;
    private int tasks;
    private Schedule.@Nullable Actor actor;

    Server(World world, Place place, String name, int tasks, long seed) {
        this.world = world;
        this.place = place;
        this.name = name;
        this.tasks = tasks;
        this.random = new Random(seed);
        this.cache = world.newDirectory("cache-" + name);
        actor = world.schedule.actor(name, () -> {
            Randomness.seed(seed);
            live();
        });
    }

    private void live() {
        while (tasks > 0) {
            Process process = new Process(world, name, actor, () -> {});
            ReaderKeys mine = world.current; // opening takes a while, in which they may be rotated
            try (Vault vault = process.open(place, mine, cache)) {
                int some = 1 + random.nextInt(5);
                for (int i = 0; i < some && tasks > 0 && world.current.equals(mine); i++) {
                    process.pause(Duration.ofMillis(random.nextInt(1500)));
                    task(process, vault, mine);
                    process.settle();
                }
            } catch (Killed e) {
                tasks--;
            } catch (PluginException e) {
                world.judge(process, "opening the vault", e);
                tasks--;
            } catch (RuntimeException e) {
                if (!process.dead()) {
                    throw e;
                }
            }
            // what a dead collector has asked for arrives before the next one begins, or never
            process.settle();
        }
    }

    private void task(Process process, Vault vault, ReaderKeys mine) {
        tasks--;
        String what = "task";
        try {
            switch (random.nextInt(6)) {
                case 0 -> {
                    what = "forget";
                    vault.forget(chosen(), Process.CONTEXT);
                }
                case 1 -> {
                    what = "verify";
                    verify(vault);
                }
                case 2 -> {
                    what = "rotation";
                    rotate(process);
                }
                default -> {
                    what = "collect";
                    collect(vault);
                }
            }
        } catch (PluginException e) {
            boolean rotated = e.kind() == ErrorKind.PERMISSION && !world.current.equals(mine);
            if (!rotated) { // what was sealed to the next epoch since is verified with its keys
                world.judge(process, what, e);
            }
            if (process.dead()) {
                throw new Killed();
            }
        }
    }

    private List<BackupId> chosen() {
        List<BackupId> chosen = new ArrayList<>();
        for (String id : place.oracle().live().keySet()) {
            if (random.nextInt(5) < 2) {
                BackupId backup = new BackupId(id);
                place.oracle().allowForget(backup);
                chosen.add(backup);
            }
        }
        return chosen;
    }

    private void verify(Vault vault) throws PluginException {
        VerifyScope scope = new VerifyScope(java.util.Optional.empty(), 0, 1, random.nextBoolean());
        VerifyReport report = vault.verify(scope, World.NO_PROGRESS, Process.CONTEXT);
        if (!report.findings().isEmpty()) {
            world.schedule.fail("verification finds damage where there is none: " + report.findings(), null);
        }
        if (!report.backups().stream().allMatch(b -> b.whole())) {
            world.schedule.fail("verification says that backups are damaged: " + report.backups(), null);
        }
    }

    /** Nobody gets the new keys before the rotation has answered. */
    private void rotate(Process process) throws PluginException {
        if (place == world.first && !place.lateLists()) {
            world.current = process.rotate(world.current, world.keys.recoveryKey());
            world.schedule.tell("key epoch " + world.current.epoch());
        }
    }

    private void collect(Vault vault) throws PluginException {
        double threshold = random.nextInt(3) / 4.0;
        Duration wait = Duration.ofMillis(random.nextInt(3) == 0 ? random.nextInt(3000) : 60_000);
        try {
            var report = vault.collect(
                    new CollectOptions(random.nextInt(8) == 0, threshold, wait), World.NO_PROGRESS, Process.CONTEXT);
            world.schedule.tell("collected " + report.state() + " " + report.deletedPacks());
            if (report.missingPacks() > 0) {
                world.schedule.fail("the collection misses " + report.missingPacks() + " packs", null);
            }
        } catch (PluginException e) {
            if (!place.lateLists() || e.kind() != ErrorKind.UNSUPPORTED) {
                throw e;
            }
        }
    }
}
