package io.holdfast.core.vault.simulator;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.CopyReport;
import io.holdfast.core.vault.CopyRequest;
import io.holdfast.core.vault.Vault;
import io.holdfast.core.vault.WriterKeys;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A node that copies backups to the replica, and now and then back, with writer keys alone. */
final class Copier {

    private static final double[] WASTE = {0, 0.5, 0.5, 1};

    private final World world;
    private final String name;
    private final Random random;
    private final Path cache;
    private final NodeFiles files;
    private int copies;
    private Process process;
    private Schedule.@Nullable Actor actor;

    Copier(World world, String name, int copies, long seed) {
        this.world = world;
        this.name = name;
        this.copies = copies;
        this.random = new Random(seed);
        this.cache = world.newDirectory("cache-" + name);
        this.files = new NodeFiles(world, random);
        this.process = new Process(world, name, null, () -> {});
        actor = world.schedule.actor(name, () -> {
            Randomness.seed(seed);
            live();
        });
    }

    private void live() {
        while (copies > 0) {
            process = new Process(world, name, actor, files::crashed);
            WriterKeys keys = world.current.writerKeys();
            try (Vault first = process.open(world.first, keys, cache);
                    Vault second = process.open(world.second(), keys, cache)) {
                int tasks = 1 + random.nextInt(4);
                for (int i = 0; i < tasks && copies > 0; i++) {
                    process.pause(Duration.ofMillis(random.nextInt(3000)));
                    some(first, second);
                }
            } catch (Killed e) {
                copies--;
            } catch (PluginException e) {
                world.judge(process, "opening the vaults", e);
                copies--;
            } catch (RuntimeException e) {
                if (!process.dead()) {
                    throw e;
                }
            }
        }
        process.settle();
    }

    private void some(Vault first, Vault second) {
        copies--;
        boolean back = random.nextInt(6) == 0;
        Place from = back ? world.second() : world.first;
        Place to = back ? world.first : world.second();
        List<BackupId> choice = choice(from, to);
        if (choice.isEmpty()) {
            return;
        }
        BackupId backup = choice.get(random.nextInt(choice.size()));
        try {
            copy(from, to, back ? second : first, back ? first : second, backup);
        } catch (PluginException e) {
            boolean forgotten =
                    e.kind() == ErrorKind.NOT_FOUND && !from.oracle().exists(backup);
            if (!forgotten) {
                world.judge(process, "copy of " + backup, e);
            }
            if (process.dead()) {
                throw new Killed();
            }
        }
    }

    /** Mostly what is not there yet. */
    private List<BackupId> choice(Place from, Place to) {
        boolean any = random.nextInt(5) == 0;
        List<BackupId> choice = new ArrayList<>();
        for (String id : from.oracle().live().keySet()) {
            BackupId backup = new BackupId(id);
            if (any || !to.oracle().holds(backup)) {
                choice.add(backup);
            }
        }
        return choice;
    }

    private void copy(Place from, Place to, Vault source, Vault target, BackupId backup) throws PluginException {
        String instance = from.oracle().live().get(backup.value()).instance();
        CopyRequest request = new CopyRequest(
                backup,
                files.directory("copies-" + name + "-" + instance + to.name()),
                WASTE[random.nextInt(WASTE.length)]);
        CopyReport report = target.copy(source, request, World.NO_PROGRESS, Process.CONTEXT, Process.CONTEXT);
        world.schedule.tell(name + " has copied " + backup + ", sent " + report.packs());
        if (!report.damaged().isEmpty()) {
            world.schedule.fail("a copy finds damage where there is none: " + report.damaged(), null);
        }
        if (!report.copy().sameBackup(backup)) {
            world.schedule.fail("backup " + report.copy() + " is no copy of " + backup, null);
        }
        if (!to.oracle().exists(report.copy()) && !to.oracle().mayBeForgotten(report.copy())) {
            world.schedule.fail("copy " + report.copy() + " was reported and does not exist", null);
        }
    }

    /** When all is quiet, whatever is on the first store can be copied: some of it is, in the directories that the crashes have left. */
    void last() {
        process = new Process(world, name, null, () -> {});
        WriterKeys keys = world.current.writerKeys();
        try (Vault first = process.open(world.first, keys, cache);
                Vault second = process.open(world.second(), keys, cache)) {
            List<String> live = new ArrayList<>(world.first.oracle().live().keySet());
            Collections.shuffle(live, random);
            for (String id : live.subList(0, Math.min(3, live.size()))) {
                copy(world.first, world.second(), first, second, new BackupId(id));
            }
        } catch (PluginException e) {
            world.schedule.fail("the last copy failed: " + e.kind() + " " + e.getMessage(), e);
        }
    }
}
