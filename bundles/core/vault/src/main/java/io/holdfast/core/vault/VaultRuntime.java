package io.holdfast.core.vault;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;

/**
 * How this process uses vaults; nothing in it changes what is stored.
 *
 * @param clock labels backups; decides nothing
 * @param random keys and ids
 * @param cacheDirectory where copies of index segments are kept; may be lost at any time
 * @param workers threads that read, compress and encrypt for one session beside the calling one; without any, it does all
 * @param transfers concurrent transfers of one session, at least 1
 * @param compressionLevel zstd level, -7 to 19
 * @param stagingBytes how many bytes of sealed packs may wait in a session's staging directory
 * @param leaseRenewal how often a session shows that it lives
 * @param leasePatience how long a collection sees no renewal before it takes a session for dead; being wrong costs that
 *     session's work, never data
 */
public record VaultRuntime(
        Clock clock,
        SecureRandom random,
        Path cacheDirectory,
        int workers,
        int transfers,
        int compressionLevel,
        long stagingBytes,
        Duration leaseRenewal,
        Duration leasePatience) {

    /** Checks the ranges. */
    public VaultRuntime {
        if (workers < 0 || transfers < 1 || compressionLevel < -7 || compressionLevel > 19 || stagingBytes < 1) {
            throw new IllegalArgumentException("vault runtime setting out of range");
        }
    }

    /** Defaults for this machine. */
    public static VaultRuntime standard(Path cacheDirectory) {
        return new VaultRuntime(
                Clock.systemUTC(),
                new SecureRandom(),
                cacheDirectory,
                Runtime.getRuntime().availableProcessors(),
                4,
                3,
                1L << 30,
                Duration.ofMinutes(1),
                Duration.ofMinutes(15));
    }
}
