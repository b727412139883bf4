package io.holdfast.core.vault.internal.read;

import io.holdfast.core.vault.SourceInfo;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.Source;
import io.holdfast.spi.source.StreamSource;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A backup as what another one is made of: its disks, trees, streams and items, to be exported into a vault with other keys. What the
 * other vault has of an earlier copy is told apart by the references of both backups, without reading content. What cannot be read
 * ends the export: nothing is ever left out.
 */
public final class BackupSources {

    private final DefaultBackupReader backup;
    private final @Nullable DefaultBackupReader base;
    private volatile boolean damaged;

    /** Reads something of the backup. */
    interface Reading<T> {
        T read() throws PluginException;
    }

    /** Says of which sources of items only the changes may be told. */
    public interface Growing {
        /** Whether the vault that is written to can add changes to what it has of them. */
        boolean possible(String source) throws PluginException;
    }

    /**
     * The sources of a backup.
     *
     * @param base a backup of the same instance and vault that the other vault has as well, and builds on; null for none
     */
    public BackupSources(DefaultBackupReader backup, @Nullable DefaultBackupReader base) {
        this.backup = backup;
        this.base = base;
    }

    /** All, in the order in which they were exported. */
    public List<Source> all(Growing growing) throws PluginException {
        List<Source> all = new ArrayList<>();
        for (SourceInfo source : backup.sources()) {
            all.add(
                    switch (source.shape()) {
                        case DISK -> new DiskOfBackup(this, source, sameDisk(source));
                        case TREE -> new TreeOfBackup(this, source.name());
                        case STREAM -> stream(source.name());
                        case ITEMS ->
                            new ItemsOfBackup(
                                    this,
                                    source.name(),
                                    inBase(source).isPresent() && growing.possible(source.name()) ? base : null);
                    });
        }
        return all;
    }

    /** The metadata documents. */
    public Map<String, byte[]> documents() throws PluginException {
        return reading(backup::documents);
    }

    private Optional<SourceInfo> inBase(SourceInfo source) {
        DefaultBackupReader before = base;
        return before == null
                ? Optional.empty()
                : before.sources().stream()
                        .filter(s -> s.shape() == source.shape() && s.name().equals(source.name()))
                        .findFirst();
    }

    private @Nullable DefaultBackupReader sameDisk(SourceInfo source) {
        return inBase(source).filter(s -> s.size() == source.size()).isPresent() ? base : null;
    }

    private StreamSource stream(String name) {
        return new StreamSource() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public InputStream open() throws PluginException {
                return reading(reading(() -> backup.openStream(name)));
            }
        };
    }

    DefaultBackupReader backup() {
        return backup;
    }

    /** Whether something could not be read where the backup is, so that it cannot be copied. */
    public boolean damaged() {
        return damaged;
    }

    /** Reads, and says of what is lost that it is: an export would leave out what only vanished or is not allowed. */
    <T> T reading(Reading<T> reading) throws PluginException {
        try {
            return reading.read();
        } catch (PluginException e) {
            throw told(e);
        }
    }

    /** What is wrong with the backup that another one is compared with: it is no reason not to copy the other one. */
    private static final class BaseException extends PluginException {

        private static final long serialVersionUID = 1;

        BaseException(PluginException cause) {
            super(cause.kind(), String.valueOf(cause.getMessage()), cause);
        }
    }

    /** Reads something of the base. */
    static <T> T comparing(Reading<T> reading) throws PluginException {
        try {
            return reading.read();
        } catch (PluginException e) {
            throw new BaseException(e);
        }
    }

    private PluginException told(PluginException e) {
        if (e instanceof BaseException) {
            return e;
        }
        return switch (e.kind()) {
            case NOT_FOUND, CORRUPT_DATA -> {
                damaged = true;
                yield new PluginException(ErrorKind.CORRUPT_DATA, String.valueOf(e.getMessage()), e);
            }
            case PERMISSION ->
                new PluginException(
                        ErrorKind.UNAVAILABLE,
                        "The destination that is copied from does not let itself be read: " + e.getMessage(),
                        e);
            default -> e;
        };
    }

    /** The same of a stream. */
    InputStream reading(InputStream stream) {
        return new FilterInputStream(stream) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                try {
                    return in.read(target, offset, length);
                } catch (IOException e) {
                    if (e.getCause() instanceof PluginException cause) {
                        throw new IOException(e.getMessage(), told(cause));
                    }
                    throw e;
                }
            }
        };
    }
}
