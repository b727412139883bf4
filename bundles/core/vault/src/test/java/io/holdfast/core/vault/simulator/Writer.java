package io.holdfast.core.vault.simulator;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.BackupSummary;
import io.holdfast.core.vault.SessionRequest;
import io.holdfast.core.vault.Vault;
import io.holdfast.core.vault.WriteSession;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.Source;
import io.holdfast.spi.strategy.ChangeToken;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A node that makes backups of one machine, with writer keys alone, and starts again when it was killed. */
final class Writer {

    private final World world;
    private final String name;
    private final Random random;
    private final Contents contents;
    private final Path cache;
    private int backups;
    private final NodeFiles files;
    private Process process;
    private Schedule.@Nullable Actor actor;

    Writer(World world, String name, int backups, long seed) {
        this.world = world;
        this.name = name;
        this.backups = backups;
        this.random = new Random(seed);
        this.contents = new Contents(random);
        this.cache = world.newDirectory("cache-" + name);
        this.files = new NodeFiles(world, random);
        this.process = new Process(world, name, null, () -> {});
        actor = world.schedule.actor(name, () -> {
            Randomness.seed(seed);
            live();
        });
    }

    private void live() {
        while (backups > 0) {
            process = new Process(world, name, actor, files::crashed);
            try (Vault vault = process.open(world.current.writerKeys(), cache)) {
                int tasks = 1 + random.nextInt(4);
                for (int i = 0; i < tasks && backups > 0; i++) {
                    process.pause(Duration.ofMillis(random.nextInt(3000)));
                    backup(vault);
                }
            } catch (Killed e) {
                backups--;
            } catch (PluginException e) {
                world.judge(process, "opening the vault", e);
                backups--;
            } catch (RuntimeException e) {
                if (!process.dead()) {
                    throw e;
                }
            }
        }
        process.settle();
    }

    private void backup(Vault vault) {
        backups--;
        if (random.nextInt(4) > 0) {
            contents.change();
        }
        Contents.Picture picture = contents.picture();
        try (WriteSession session = vault.begin(
                new SessionRequest(name, previous(vault), files.directory("staging-" + name)), Process.CONTEXT)) {
            world.oracle.announce(session.backup(), name, picture);
            session.export(sources(session, picture), Map.of(), World.NO_PROGRESS, Process.CONTEXT.cancellation());
            session.seal(Optional.of(new ChangeToken("token")));
            BackupSummary summary = session.store(World.NO_PROGRESS, Process.CONTEXT);
            if (!world.oracle.exists(summary.id()) && !world.oracle.mayBeForgotten(summary.id())) {
                world.schedule.fail("backup " + summary.id() + " was reported and does not exist", null);
            }
        } catch (PluginException e) {
            world.judge(process, "backup", e);
            if (process.dead()) {
                throw new Killed();
            }
        }
    }

    private Optional<BackupId> previous(Vault vault) throws PluginException {
        if (random.nextInt(6) == 0) {
            return Optional.empty();
        }
        if (random.nextInt(4) == 0) {
            List<String> mine = world.oracle.live().entrySet().stream()
                    .filter(e -> e.getValue().instance().equals(name))
                    .map(Map.Entry::getKey)
                    .toList();
            return mine.isEmpty() ? Optional.empty() : Optional.of(new BackupId(mine.get(random.nextInt(mine.size()))));
        }
        return vault.latest(name, Process.CONTEXT).map(BackupSummary::id);
    }

    private List<Source> sources(WriteSession session, Contents.Picture picture) {
        Contents.Picture tracked = null;
        if (session.previous().isPresent() && (!session.shouldReadFully() || random.nextBoolean())) {
            tracked = world.oracle.pictureOf(session.previous().get().id());
        }
        return Contents.sources(picture, random.nextInt(5) > 0, tracked);
    }
}
