package io.holdfast.spi.destination;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** The bytes of an object to be stored. Provided by the core. Can be read as often as a transfer needs. */
@ProviderType
public interface Content {

    /** The exact length in bytes. */
    long length();

    /** Opens the bytes from the start. The caller closes the stream. */
    InputStream open() throws IOException;

    /** The SHA-256 of the bytes where the core knows it already, so that a store can verify what arrives; 32 bytes. */
    Optional<byte[]> sha256();

    /**
     * A file that holds exactly these bytes, where there is one. A destination on the same file system may link or
     * rename it instead of copying, if {@link #consumable} allows; it must not change its content.
     */
    Optional<Path> file();

    /** Whether {@link #file} may be moved away: the core does not need it once the put has succeeded. */
    boolean consumable();

    /** Bytes in memory. The array must not be changed afterwards. */
    static Content of(byte[] bytes) {
        return new Content() {
            @Override
            public long length() {
                return bytes.length;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(bytes);
            }

            @Override
            public Optional<byte[]> sha256() {
                return Optional.empty();
            }

            @Override
            public Optional<Path> file() {
                return Optional.empty();
            }

            @Override
            public boolean consumable() {
                return false;
            }
        };
    }

    /**
     * A complete file.
     *
     * @param file holds exactly the bytes and does not change
     * @param length its length in bytes
     * @param sha256 the hash of its bytes, 32 bytes
     * @param consumable whether a successful put may move the file away
     */
    static Content of(Path file, long length, byte[] sha256, boolean consumable) {
        return new Content() {
            @Override
            public long length() {
                return length;
            }

            @Override
            public InputStream open() throws IOException {
                return Files.newInputStream(file);
            }

            @Override
            public Optional<byte[]> sha256() {
                return Optional.of(sha256);
            }

            @Override
            public Optional<Path> file() {
                return Optional.of(file);
            }

            @Override
            public boolean consumable() {
                return consumable;
            }
        };
    }
}
