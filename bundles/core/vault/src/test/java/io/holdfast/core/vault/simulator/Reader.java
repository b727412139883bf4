package io.holdfast.core.vault.simulator;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.BackupReader;
import io.holdfast.core.vault.ReaderKeys;
import io.holdfast.core.vault.Vault;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.RandomReadable;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A node that restores, and keeps backups open for a while. */
final class Reader {

    private final World world;
    private final Place place;
    private final String name;
    private final Random random;
    private final Path cache;
    private int restores;
    private Schedule.@Nullable Actor actor;

    Reader(World world, Place place, String name, int restores, long seed) {
        this.world = world;
        this.place = place;
        this.name = name;
        this.restores = restores;
        this.random = new Random(seed);
        this.cache = world.newDirectory("cache-" + name);
        actor = world.schedule.actor(name, () -> {
            Randomness.seed(seed);
            live();
        });
    }

    private void live() {
        while (restores > 0) {
            Process process = new Process(world, name, actor, () -> {});
            ReaderKeys mine = world.current; // opening takes a while, in which they may be rotated
            try (Vault vault = process.open(place, mine, cache)) {
                while (restores > 0) {
                    process.pause(Duration.ofMillis(random.nextInt(4000)));
                    if (!world.current.equals(mine)) {
                        break; // a restore gets the keys of its moment
                    }
                    restore(process, vault, mine);
                }
            } catch (Killed e) {
                restores--;
            } catch (PluginException e) {
                world.judge(process, "opening the vault", e);
                restores--;
            }
        }
    }

    private void restore(Process process, Vault vault, ReaderKeys mine) {
        restores--;
        List<String> live = List.copyOf(place.oracle().live().keySet());
        if (live.isEmpty()) {
            return;
        }
        BackupId id = new BackupId(live.get(random.nextInt(live.size())));
        Contents.Picture picture = place.oracle().pictureOf(id);
        try {
            if (random.nextBoolean()) {
                world.restore(vault, id, picture);
            } else {
                keepOpen(process, vault, id, picture);
            }
        } catch (PluginException e) {
            boolean forgotten = !place.oracle().exists(id)
                    && (e.kind() == ErrorKind.NOT_FOUND || e.kind() == ErrorKind.CORRUPT_DATA);
            // a chunk that was written once more since is read there, with keys of the next epoch
            boolean rotated = e.kind() == ErrorKind.PERMISSION && !world.current.equals(mine);
            if (!forgotten && !rotated) {
                world.judge(process, "restore of " + id, e);
            }
            if (process.dead()) {
                throw new Killed();
            }
        }
    }

    private void keepOpen(Process process, Vault vault, BackupId id, Contents.Picture picture) throws PluginException {
        try (BackupReader reader = vault.read(id, Process.CONTEXT);
                RandomReadable disk = reader.openDisk("vda")) {
            for (int i = 0; i < 6; i++) {
                int offset = random.nextInt(Contents.DISK - 1000);
                ByteBuffer buffer = ByteBuffer.allocate(1 + random.nextInt(20_000));
                int n = disk.read(offset, buffer);
                if (!Arrays.equals(picture.disk(), offset, offset + n, buffer.array(), 0, n)) {
                    world.schedule.fail("backup " + id + " reads wrong at " + offset, null);
                }
                process.pause(Duration.ofMillis(random.nextInt(4000)));
            }
        }
    }
}
