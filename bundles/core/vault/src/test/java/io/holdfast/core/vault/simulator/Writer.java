package io.holdfast.core.vault.simulator;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.BackupSummary;
import io.holdfast.core.vault.SessionRequest;
import io.holdfast.core.vault.Vault;
import io.holdfast.core.vault.WriteSession;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.Source;
import io.holdfast.spi.strategy.ChangeToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A node that makes backups of one machine, with writer keys alone, and starts again when it was killed. */
final class Writer {

    private final World world;
    private final String name;
    private final Random random;
    private final Contents contents;
    private final Path cache;
    private int backups;
    private Path staging;
    private Process process;
    private Schedule.@Nullable Actor actor;

    Writer(World world, String name, int backups, long seed) {
        this.world = world;
        this.name = name;
        this.backups = backups;
        this.random = new Random(seed);
        this.contents = new Contents(random);
        this.cache = world.newDirectory("cache-" + name);
        this.staging = world.newDirectory("staging-" + name);
        this.process = new Process(world, name, null, () -> {});
        actor = world.schedule.actor(name, () -> {
            Randomness.seed(seed);
            live();
        });
    }

    private void live() {
        while (backups > 0) {
            process = new Process(world, name, actor, this::crashed);
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
        try (WriteSession session = vault.begin(new SessionRequest(name, previous(vault), staging), Process.CONTEXT)) {
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

    /** What the next life finds in the staging directory. */
    private void crashed() {
        Path image = world.newDirectory("staging-" + name);
        boolean powerCut = random.nextInt(3) == 0;
        try {
            Files.createDirectories(image);
            if (!Files.isDirectory(staging)) {
                staging = image;
                return;
            }
            try (Stream<Path> files = Files.list(staging)) {
                for (Path file : files.sorted().toList()) {
                    survive(file, image.resolve(file.getFileName().toString()), powerCut);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        staging = image;
    }

    private void survive(Path file, Path image, boolean powerCut) throws IOException {
        int fate = powerCut ? random.nextInt(8) : 7;
        byte[] bytes = Files.readAllBytes(file);
        switch (fate) {
            case 0 -> {} // was never written
            case 1 -> Files.write(image, new byte[bytes.length]); // has its length and no content
            case 2 -> Files.write(image, java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
            default -> Files.write(image, bytes);
        }
    }
}
