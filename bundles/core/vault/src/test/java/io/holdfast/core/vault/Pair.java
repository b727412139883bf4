package io.holdfast.core.vault;

import static io.holdfast.core.vault.Scene.CONTEXT;
import static io.holdfast.core.vault.Scene.NO_PROGRESS;

import io.holdfast.spi.PluginException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A vault, and a replica of it on a second destination. Copies are made with writer keys. */
final class Pair implements AutoCloseable {

    final Scene first;
    final MemoryDestination second = new MemoryDestination();
    final Vault replica;
    final Path directory;

    Pair(Path directory) throws PluginException {
        this.directory = directory;
        first = new Scene(directory);
        WriterKeys keys = first.keys.writerKeys();
        first.factory("node").replicate(first.destination, second, keys, "appliance", CONTEXT);
        replica = open("node");
    }

    /** With reader keys, as one that restores. */
    Vault open(String node) throws PluginException {
        return first.factory(node).open(second, first.keys.readerKeys(), "appliance", CONTEXT);
    }

    CopyReport copy(BackupSummary backup) throws PluginException {
        return copy(backup.id(), "copies");
    }

    /** With writer keys alone on both sides, in a process of its own. */
    CopyReport copy(BackupId backup, String staging) throws PluginException {
        WriterKeys keys = first.keys.writerKeys();
        VaultFactory factory =
                VaultFactory.standard(first.runtime("copier", Duration.ofHours(1), Duration.ofMillis(300)));
        try (Vault from = factory.open(first.destination, keys, "appliance", CONTEXT);
                Vault to = factory.open(second, keys, "appliance", CONTEXT)) {
            CopyRequest request = CopyRequest.of(backup, directory.resolve(staging));
            return to.copy(from, request, NO_PROGRESS, CONTEXT, CONTEXT);
        }
    }

    Optional<BackupId> copyOf(BackupId backup) throws PluginException {
        return replica.backups(CONTEXT).stream()
                .map(BackupSummary::id)
                .filter(id -> id.sameBackup(backup))
                .findFirst();
    }

    @Override
    public void close() {
        replica.close();
        first.close();
    }
}
