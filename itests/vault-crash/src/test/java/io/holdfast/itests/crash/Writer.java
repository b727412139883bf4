package io.holdfast.itests.crash;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.BackupSummary;
import io.holdfast.core.vault.CollectOptions;
import io.holdfast.core.vault.SessionRequest;
import io.holdfast.core.vault.Vault;
import io.holdfast.core.vault.WriteSession;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.source.Source;
import io.holdfast.spi.source.StreamSource;
import io.holdfast.testkit.fake.RecordingProgress;
import io.holdfast.testkit.fake.TestTransfer;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The process that is killed: makes backups for ever, forgets old ones and collects, and says each thing before it does it or
 * after it is done. {@code Writer STORE WORK FIRST-NUMBER}
 */
final class Writer {

    private Writer() {}

    public static void main(String[] args) throws Exception {
        Place place = new Place(Path.of(args[0]), Path.of(args[1]));
        Deque<BackupId> made = new ArrayDeque<>();
        try (Destination destination = place.destination();
                Vault vault = place.vault(destination)) {
            for (int number = Integer.parseInt(args[2]); ; number++) {
                made.add(backup(vault, place, number));
                if (made.size() > 3) {
                    BackupId old = made.remove();
                    say("FORGET " + old);
                    vault.forget(List.of(old), new TestTransfer());
                    vault.collect(
                            new CollectOptions(false, 0.25, Duration.ofSeconds(10)),
                            new RecordingProgress(),
                            new TestTransfer());
                }
            }
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static BackupId backup(Vault vault, Place place, int number) throws PluginException {
        Optional<BackupId> previous =
                vault.latest("machine", new TestTransfer()).map(BackupSummary::id);
        try (WriteSession session = vault.begin(
                new SessionRequest("machine", previous, place.work.resolve("staging")), new TestTransfer())) {
            say("BEGIN " + session.backup() + " " + number);
            session.export(
                    List.of(source(Place.content(number))),
                    Map.of(),
                    new RecordingProgress(),
                    new TestTransfer().cancellation());
            session.seal(Optional.empty());
            session.store(new RecordingProgress(), new TestTransfer());
            say("COMMITTED " + session.backup());
            return session.backup();
        }
    }

    private static Source source(byte[] content) {
        return new StreamSource() {
            @Override
            public String name() {
                return "stream";
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(content);
            }
        };
    }
}
