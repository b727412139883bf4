package io.holdfast.core.vault;

import static io.holdfast.core.vault.Scene.CONTEXT;
import static io.holdfast.core.vault.Scene.NO_PROGRESS;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryAttributes;
import io.holdfast.spi.source.ItemChange;
import io.holdfast.spi.source.RandomReadable;
import io.holdfast.spi.source.TreeEntry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a backup holds, as lines of text that can be compared: each document, disk, stream, entry of a tree and item. */
final class Holding {

    private final Map<String, String> lines = new TreeMap<>();
    private final BackupReader reader;

    private Holding(BackupReader reader) {
        this.reader = reader;
    }

    /** Of all backups of a vault, added by their ids. */
    static void of(Vault vault, Map<String, Map<String, String>> holdings) throws PluginException {
        for (BackupSummary backup : vault.backups(CONTEXT)) {
            try (BackupReader reader = vault.read(backup.id(), CONTEXT)) {
                holdings.put(backup.id().value(), new Holding(reader).lines(backup));
            }
        }
    }

    private Map<String, String> lines(BackupSummary backup) throws PluginException {
        lines.put("instance", backup.instanceId().orElseThrow());
        lines.put("time", backup.time().toString());
        lines.put("problems", reader.problems().toString());
        for (Map.Entry<String, byte[]> document : reader.documents().entrySet()) {
            lines.put("document " + document.getKey(), digest(document.getValue()));
        }
        for (SourceInfo source : reader.sources()) {
            String name = source.name();
            switch (source.shape()) {
                case DISK -> lines.put(name, digest(content(reader.openDisk(name))));
                case STREAM -> lines.put(name, digest(all(reader.openStream(name))));
                case TREE -> tree(name);
                case ITEMS -> items(name);
            }
        }
        return lines;
    }

    private void tree(String name) throws PluginException {
        FakeTarget target = new FakeTarget();
        RestoreReport report = reader.restoreTree(name, List.of(), target, NO_PROGRESS, CONTEXT);
        lines.put(name, report.problems().toString());
        for (TreeEntry entry : target.entries) {
            byte[] content = target.files.getOrDefault(entry.path(), new byte[0]);
            lines.put(
                    name + " " + HexFormat.of().formatHex(entry.path().toBytes()),
                    entry.kind() + " " + attributes(entry.attributes()) + " " + digest(content));
        }
    }

    private void items(String name) throws PluginException {
        for (ItemChange item : reader.items(name, null, 1_000)) {
            lines.put(
                    name + " " + item.id(),
                    item.path() + " " + item.version() + " " + attributes(item.attributes()) + " "
                            + digest(item.metadata()) + " " + digest(all(reader.openItem(name, item.id()))));
        }
    }

    private static String attributes(EntryAttributes a) {
        HexFormat hex = HexFormat.of();
        return a.size() + " " + a.modifiedSeconds() + "." + a.modifiedNanos() + " " + Integer.toOctalString(a.mode())
                + " " + a.userId() + ":" + a.groupId() + " " + hex.formatHex(a.linkTarget()) + " " + a.device() + " "
                + hex.formatHex(a.extra());
    }

    private static byte[] content(RandomReadable disk) throws PluginException {
        try (disk) {
            ByteBuffer content = ByteBuffer.allocate((int) disk.size());
            while (content.hasRemaining()) {
                disk.read(content.position(), content);
            }
            return content.array();
        }
    }

    private static byte[] all(InputStream stream) {
        try (stream) {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
