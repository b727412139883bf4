package io.holdfast.core.vault.bench;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryKind;
import io.holdfast.spi.source.TreeEntry;
import io.holdfast.spi.strategy.DiskTarget;
import io.holdfast.spi.strategy.TreeTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/** Writes a tree into a directory: for measurements. */
final class DirectoryTarget implements TreeTarget {

    private final Path root;

    DirectoryTarget(Path root) {
        this.root = root;
    }

    @Override
    public boolean add(TreeEntry entry) throws PluginException {
        Path path = root.resolve(entry.path().toString());
        try {
            if (entry.kind() == EntryKind.DIRECTORY) {
                Files.createDirectories(path);
            } else if (entry.kind() == EntryKind.SYMLINK) {
                Files.createSymbolicLink(
                        path, Path.of(new String(entry.attributes().linkTarget())));
            }
            return true;
        } catch (IOException e) {
            throw new PluginException(ErrorKind.PERMISSION, e.toString(), e);
        }
    }

    @Override
    public Optional<DiskTarget> openFile(TreeEntry entry) throws PluginException {
        Path path = root.resolve(entry.path().toString());
        try {
            FileChannel channel = FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.SPARSE);
            return Optional.of(new DiskTarget() {
                @Override
                public void write(long offset, ByteBuffer data) throws PluginException {
                    try {
                        long at = offset;
                        while (data.hasRemaining()) {
                            at += channel.write(data, at);
                        }
                    } catch (IOException e) {
                        throw new PluginException(ErrorKind.QUOTA, e.toString(), e);
                    }
                }

                @Override
                public void complete() throws PluginException {
                    try {
                        long size = entry.attributes().size();
                        if (channel.size() < size) {
                            channel.write(ByteBuffer.wrap(new byte[1]), size - 1);
                        }
                        Files.setLastModifiedTime(
                                path,
                                FileTime.from(java.time.Instant.ofEpochSecond(
                                        entry.attributes().modifiedSeconds())));
                    } catch (IOException e) {
                        throw new PluginException(ErrorKind.QUOTA, e.toString(), e);
                    }
                }

                @Override
                public void close() {
                    try {
                        channel.close();
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                }
            });
        } catch (IOException e) {
            throw new PluginException(ErrorKind.PERMISSION, e.toString(), e);
        }
    }

    @Override
    public void complete() {}

    @Override
    public void close() {}
}
