package io.holdfast.core.vault.internal.store;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.spi.destination.ObjectKey;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The names of the objects of a vault, FORMAT.md section 1. */
public final class ObjectNames {

    /** The descriptor. */
    public static final ObjectKey DESCRIPTOR = ObjectKey.of("vault.hf");
    /** The folder of what {@code vault.hf} says, once more. */
    public static final String SPARES = "spare/";

    /** The mark of a replica. */
    public static final ObjectKey REPLICA = ObjectKey.of("replica.hf");

    private static final Pattern PACK = Pattern.compile("packs/[0-9a-f]{2}/[0-9a-f]{64}");
    private static final Pattern PARITY = Pattern.compile("parity/[0-9a-f]{2}/[0-9a-f]{64}");
    private static final Pattern MANIFEST = Pattern.compile("manifests/[0-9a-f]{32}/[0-9a-f]{32}");
    private static final Pattern LEASE = Pattern.compile("leases/[0-9a-f]{32}\\.[0-9a-f]{32}\\.[0-9]{10}");
    private static final Pattern SEGMENT = Pattern.compile("index/s\\.[0-9a-f]{32}\\.[0-9a-f]{32}\\.[0-9]{6}");

    private ObjectNames() {}

    /** A pack. */
    public static ObjectKey pack(Id pack) {
        String hex = pack.hex();
        return ObjectKey.of("packs/" + hex.substring(0, 2) + "/" + hex);
    }

    /** The pack of that key; empty if it is not the key of a pack. */
    public static Optional<Id> packOf(ObjectKey key) {
        String value = key.value();
        if (!PACK.matcher(value).matches() || !value.startsWith(value.substring(6, 8), 9)) {
            return Optional.empty();
        }
        return Optional.of(Id.ofHex(value.substring(9)));
    }

    /** The parity of a pack. */
    public static ObjectKey parity(Id pack) {
        String hex = pack.hex();
        return ObjectKey.of("parity/" + hex.substring(0, 2) + "/" + hex);
    }

    /** The pack of which that key is the parity; empty if it is not such a key. */
    public static Optional<Id> packOfParity(ObjectKey key) {
        String value = key.value();
        if (!PARITY.matcher(value).matches() || !value.startsWith(value.substring(7, 9), 10)) {
            return Optional.empty();
        }
        return Optional.of(Id.ofHex(value.substring(10)));
    }

    /** A manifest. */
    public static ObjectKey manifest(BackupId backup) {
        return ObjectKey.of("manifests/" + backup.instanceHash() + "/" + backup.session());
    }

    /** What the manifest of a backup and those of all its copies start with. */
    public static String manifestPrefix(BackupId backup) {
        return manifest(backup).value().substring(0, 10 + 33 + 24);
    }

    /** The backup of a manifest's key; empty if it is not one. */
    public static Optional<BackupId> backupOf(ObjectKey key) {
        String value = key.value();
        if (!MANIFEST.matcher(value).matches()) {
            return Optional.empty();
        }
        return Optional.of(new BackupId(value.substring(10, 42) + "." + value.substring(43)));
    }

    /** A lease. */
    public static ObjectKey lease(BackupId backup, long number) {
        return ObjectKey.of(leasePrefix(backup) + decimal(number));
    }

    /** What all leases of a session start with. */
    public static String leasePrefix(BackupId backup) {
        return "leases/" + backup.value() + ".";
    }

    /** The session of a lease's key; empty if it is not one. */
    public static Optional<BackupId> sessionOfLease(ObjectKey key) {
        String value = key.value();
        if (!LEASE.matcher(value).matches()) {
            return Optional.empty();
        }
        return Optional.of(new BackupId(value.substring(7, 72)));
    }

    /** The number at the end of a key of leases, owners, health or reserve. */
    public static long numberOf(ObjectKey key) {
        String value = key.value();
        int start = value.length();
        while (start > 0 && Character.isDigit(value.charAt(start - 1)) && value.length() - start < 10) {
            start--;
        }
        return start == value.length() ? -1 : Long.parseLong(value.substring(start));
    }

    /** A session's index segment. */
    public static ObjectKey sessionSegment(BackupId backup, int number) {
        return ObjectKey.of("index/s." + backup.value() + "." + String.format(Locale.ROOT, "%06d", number));
    }

    /** The session of an index segment; empty for a collector's. */
    public static Optional<BackupId> sessionOfSegment(ObjectKey key) {
        String value = key.value();
        if (!SEGMENT.matcher(value).matches()) {
            return Optional.empty();
        }
        return Optional.of(new BackupId(value.substring(8, 73)));
    }

    /** A collector's index segment, named by a hash of its entries. */
    public static ObjectKey collectorSegment(String hash) {
        return ObjectKey.of("index/g." + hash);
    }

    /** A numbered object. */
    public static ObjectKey numbered(String folder, long number) {
        return ObjectKey.of(folder + "/" + decimal(number));
    }

    /** A record of a collection. */
    public static ObjectKey collection(long generation, String phase) {
        return ObjectKey.of("gc/" + decimal(generation) + "-" + phase);
    }

    /** The descriptor once more. */
    public static ObjectKey spare(String vaultId) {
        return ObjectKey.of(SPARES + vaultId);
    }

    /** A key slot. */
    public static ObjectKey keySlot(String vaultId, int epoch, int number) {
        return ObjectKey.of(String.format(Locale.ROOT, "keys/%s.%04d.%04d", vaultId, epoch, number));
    }

    private static String decimal(long number) {
        return String.format(Locale.ROOT, "%010d", number);
    }
}
