package io.holdfast.core.vault.internal;

import io.holdfast.core.vault.VaultIdentity;
import io.holdfast.core.vault.VaultOptions;
import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.crypto.Digests;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.store.Envelope;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.core.vault.internal.store.Objects;
import io.holdfast.core.vault.internal.write.KeySlots;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Second vaults with the keys of a first one, FORMAT.md section 11. */
final class Replicas {

    private static final Logger LOG = LoggerFactory.getLogger(Replicas.class);
    private static final int MARK_LENGTH = 16;

    private final SecureRandom random;

    Replicas(SecureRandom random) {
        this.random = random;
    }

    /** Makes a replica, or finds that there is one already. The descriptor comes last, as for every vault. */
    VaultIdentity create(
            Objects source,
            Objects target,
            KeyRing keys,
            VaultOptions options,
            String applianceId,
            TransferContext context)
            throws PluginException {
        Optional<byte[]> there = target.find(ObjectNames.DESCRIPTOR, 4096, context);
        if (there.isPresent()) {
            return existing(there.get(), source, target, keys, applianceId, context);
        }
        if (KeySlots.copy(source, target, keys, context, context) == 0) {
            throw new PluginException(
                    ErrorKind.CORRUPT_DATA,
                    "The vault has no key objects any more, so nothing could open a replica of it.");
        }
        if (target.find(ObjectNames.REPLICA, 4096, context).isEmpty()) {
            byte[] mark = new byte[MARK_LENGTH];
            random.nextBytes(mark);
            target.putExclusive(
                    ObjectNames.REPLICA, Envelope.wrap(keys, Envelope.REPLICA, ObjectNames.REPLICA, mark), context);
        }
        DefaultVaultFactory.putReserve(target, options.reserveBytes(), random, context);
        if (!new Descriptors(target, context).put(keys, options, applianceId)) {
            throw taken();
        }
        return identity(keys, options, applianceId);
    }

    private static VaultIdentity existing(
            byte[] descriptor,
            Objects source,
            Objects target,
            KeyRing keys,
            String applianceId,
            TransferContext context)
            throws PluginException {
        Envelope.body(Envelope.DESCRIPTOR, ObjectNames.DESCRIPTOR, descriptor);
        if (!Arrays.equals(Envelope.vaultId(descriptor), keys.vaultId())) {
            throw taken();
        }
        if (name(target, keys, context).equals(name(source, keys, context))) {
            throw new PluginException(
                    ErrorKind.CONFLICT,
                    "Both destinations lead to the same vault; a replica must be in another place.");
        }
        Descriptor known =
                Descriptor.decode(Envelope.unwrap(keys, Envelope.DESCRIPTOR, ObjectNames.DESCRIPTOR, descriptor));
        return identity(keys, known.options(), applianceId);
    }

    private static PluginException taken() {
        return new PluginException(
                ErrorKind.ALREADY_EXISTS, "The destination holds another vault already; choose an empty place.");
    }

    private static VaultIdentity identity(KeyRing keys, VaultOptions options, String applianceId) {
        return new VaultIdentity(keys.vaultIdHex(), applianceId, Descriptor.VERSION, options.diskChunkBytes());
    }

    /**
     * What tells the vaults of one key apart in this process: the vault id, and for a replica its mark, since index segments of
     * different places must not be mixed. A mark that is damaged names a replica too: it is still one, and everything else can be read.
     */
    static String name(Objects objects, KeyRing keys, TransferContext context) throws PluginException {
        Optional<byte[]> bytes = objects.findSalvaged(ObjectNames.REPLICA, 4096, context);
        if (bytes.isEmpty()) {
            return keys.vaultIdHex();
        }
        return keys.vaultIdHex() + "-" + HexFormat.of().formatHex(mark(keys, bytes.get()));
    }

    private static byte[] mark(KeyRing keys, byte[] bytes) throws PluginException {
        try {
            Decoder in = Envelope.unwrap(keys, Envelope.REPLICA, ObjectNames.REPLICA, bytes);
            byte[] mark = in.raw(MARK_LENGTH);
            in.end();
            return mark;
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA && e.kind() != ErrorKind.UNSUPPORTED) {
                throw e;
            }
            LOG.warn(
                    "The mark of a replica is damaged; what this process keeps of the vault gets another name: {}",
                    e.getMessage());
            return Arrays.copyOf(Digests.sha256().digest(bytes), MARK_LENGTH);
        }
    }
}
