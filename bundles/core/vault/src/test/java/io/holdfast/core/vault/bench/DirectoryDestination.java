package io.holdfast.core.vault.bench;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.Capacity;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.DestinationCapability;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A directory as destination, as plain as can be, with fsync and rename: for measurements. */
final class DirectoryDestination implements Destination {

    private final Path root;

    DirectoryDestination(Path root) {
        this.root = root;
    }

    @Override
    public Set<DestinationCapability> capabilities() {
        return EnumSet.allOf(DestinationCapability.class);
    }

    private static PluginException failed(IOException e) {
        return e instanceof NoSuchFileException
                ? new PluginException(ErrorKind.NOT_FOUND, "no " + e.getMessage())
                : new PluginException(ErrorKind.UNAVAILABLE, e.toString(), e);
    }

    @Override
    public void put(ObjectKey key, Content content, TransferContext context) throws PluginException {
        Path target = root.resolve(key.value());
        try {
            Files.createDirectories(target.getParent());
            if (Files.exists(target)) {
                throw new PluginException(ErrorKind.ALREADY_EXISTS, key.value());
            }
            Path part = content.file().filter(f -> content.consumable()).orElse(null);
            if (part == null) {
                part = Files.createTempFile(root, ".part", "");
                try (InputStream in = content.open()) {
                    Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
                }
            }
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public InputStream read(ObjectKey key, long offset, long length, TransferContext context) throws PluginException {
        try {
            FileChannel channel = FileChannel.open(root.resolve(key.value()));
            channel.position(offset);
            InputStream in = Channels.newInputStream(channel);
            return new BufferedInputStream(in, 1) {
                long left = length;

                @Override
                public int read(byte[] b, int off, int len) throws IOException {
                    if (left == 0) {
                        return -1;
                    }
                    int n = in.read(b, off, (int) Math.min(left, len));
                    left -= Math.max(0, n);
                    return n;
                }

                @Override
                public void close() throws IOException {
                    channel.close();
                }
            };
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public Optional<ObjectStat> stat(ObjectKey key, TransferContext context) throws PluginException {
        Path file = root.resolve(key.value());
        try {
            return Files.exists(file) ? Optional.of(new ObjectStat(key, Files.size(file))) : Optional.empty();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public List<ObjectStat> list(String prefix, ObjectKey after, int limit, TransferContext context)
            throws PluginException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(f -> root.relativize(f).toString())
                    .filter(k -> !k.startsWith(".") && k.startsWith(prefix))
                    .map(ObjectKey::of)
                    .filter(k -> after == null || k.compareTo(after) > 0)
                    .sorted()
                    .limit(limit)
                    .map(k -> new ObjectStat(k, root.resolve(k.value()).toFile().length()))
                    .toList();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public void delete(ObjectKey key, TransferContext context) throws PluginException {
        try {
            Files.deleteIfExists(root.resolve(key.value()));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public Capacity capacity(TransferContext context) {
        return Capacity.unknown();
    }

    @Override
    public void close() {}
}
