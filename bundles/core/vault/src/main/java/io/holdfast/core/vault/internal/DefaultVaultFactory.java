package io.holdfast.core.vault.internal;

import io.holdfast.core.vault.NewVault;
import io.holdfast.core.vault.ReaderKeys;
import io.holdfast.core.vault.RecoveryKey;
import io.holdfast.core.vault.RecoveryShare;
import io.holdfast.core.vault.Redundancy;
import io.holdfast.core.vault.Rotation;
import io.holdfast.core.vault.Vault;
import io.holdfast.core.vault.VaultFactory;
import io.holdfast.core.vault.VaultIdentity;
import io.holdfast.core.vault.VaultKeys;
import io.holdfast.core.vault.VaultOptions;
import io.holdfast.core.vault.VaultRuntime;
import io.holdfast.core.vault.WriterKeys;
import io.holdfast.core.vault.internal.crypto.Hpke;
import io.holdfast.core.vault.internal.crypto.KeyCodec;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.crypto.KeySlot;
import io.holdfast.core.vault.internal.crypto.ShareSecret;
import io.holdfast.core.vault.internal.index.IndexStore;
import io.holdfast.core.vault.internal.keys.EpochRecord;
import io.holdfast.core.vault.internal.keys.KeyDestruction;
import io.holdfast.core.vault.internal.keys.KeyObjects;
import io.holdfast.core.vault.internal.keys.Rotator;
import io.holdfast.core.vault.internal.keys.ShareSets;
import io.holdfast.core.vault.internal.keys.Way;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.core.vault.internal.store.Objects;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.ObjectKey;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Creates and opens vaults. */
public final class DefaultVaultFactory implements VaultFactory {

    private static final int FIRST_EPOCH = 1;

    private final VaultRuntime runtime;
    private final Ticker ticker;

    /** A factory for this process. */
    public DefaultVaultFactory(VaultRuntime runtime) {
        this(runtime, Ticker.system());
    }

    /** A factory for which time passes like that. */
    public DefaultVaultFactory(VaultRuntime runtime, Ticker ticker) {
        this.runtime = runtime;
        this.ticker = ticker;
    }

    @Override
    public Optional<VaultIdentity> probe(Destination destination, TransferContext context) throws PluginException {
        Optional<Descriptors.Seen> seen = new Descriptors(new Objects(destination), context).see();
        return seen.map(found -> new VaultIdentity(
                HexFormat.of().formatHex(found.vaultId()),
                found.descriptor().owner(),
                Descriptor.VERSION,
                found.descriptor().options().diskChunkBytes()));
    }

    @Override
    public NewVault create(
            Destination destination,
            VaultOptions options,
            String applianceId,
            char @Nullable [] passphrase,
            TransferContext context)
            throws PluginException {
        Objects objects = new Objects(destination);
        checkAppliance(applianceId);
        Descriptors descriptors = new Descriptors(objects, context);
        if (destination.stat(ObjectNames.DESCRIPTOR, context).isPresent()) {
            throw exists();
        }
        if (descriptors.inUse()) {
            throw new PluginException(
                    ErrorKind.ALREADY_EXISTS,
                    "The destination holds backups of a vault of which the descriptor, vault.hf, is gone; adopt it with its"
                            + " recovery key, or choose an empty place.");
        }
        KeyCodec.Parts parts = generate();
        KeyRing keys = new KeyRing(parts);
        RecoveryKey recovery = RecoveryKey.generate(runtime.random());
        KeyObjects slots = new KeyObjects(objects, keys.vaultIdHex(), context);
        slots.put(KeySlot.wrap(parts, recovery, runtime.random()), FIRST_EPOCH, 0);
        if (passphrase != null) {
            slots.put(KeySlot.wrap(parts, passphrase, runtime.random()), FIRST_EPOCH, KeyObjects.COPIES);
        }
        putReserve(objects, options.reserveBytes(), runtime.random(), context);
        if (!descriptors.put(keys, options, applianceId)) {
            throw exists();
        }
        ReaderKeys readerKeys = KeyCodec.readerKeys(parts);
        return new NewVault(
                new VaultIdentity(keys.vaultIdHex(), applianceId, Descriptor.VERSION, options.diskChunkBytes()),
                recovery,
                readerKeys.writerKeys(),
                readerKeys);
    }

    private static PluginException exists() {
        return new PluginException(
                ErrorKind.ALREADY_EXISTS, "The destination holds a vault already; open it, or choose an empty place.");
    }

    private static void checkAppliance(String applianceId) {
        if (applianceId.isEmpty() || applianceId.length() > 64) {
            throw new IllegalArgumentException("appliance id must have 1 to 64 characters");
        }
    }

    private KeyCodec.Parts generate() throws PluginException {
        byte[] vaultId = new byte[16];
        byte[] dedupSecret = new byte[32];
        runtime.random().nextBytes(vaultId);
        runtime.random().nextBytes(dedupSecret);
        Hpke.Pair pair = Hpke.generate();
        return new KeyCodec.Parts(vaultId, FIRST_EPOCH, dedupSecret, pair.publicKey(), pair.privateKey());
    }

    @Override
    public VaultIdentity replicate(
            Destination source, Destination target, VaultKeys vaultKeys, String applianceId, TransferContext context)
            throws PluginException {
        checkAppliance(applianceId);
        KeyRing keys = new KeyRing(parts(vaultKeys));
        Descriptor descriptor = new Descriptors(new Objects(source), context).load(keys);
        return new Replicas(runtime.random())
                .create(new Objects(source), new Objects(target), keys, descriptor.options(), applianceId, context);
    }

    private static KeyCodec.Parts parts(VaultKeys vaultKeys) throws PluginException {
        return vaultKeys instanceof ReaderKeys reader ? KeyCodec.parts(reader) : KeyCodec.parts((WriterKeys) vaultKeys);
    }

    /** Ballast that a collection can give up where there is no room, unless it is there already. */
    static void putReserve(Objects objects, int bytes, SecureRandom random, TransferContext context)
            throws PluginException {
        ObjectKey key = ObjectNames.numbered("reserve", 0);
        if (bytes > 0 && objects.destination().stat(key, context).isEmpty()) {
            byte[] ballast = new byte[bytes];
            random.nextBytes(ballast);
            objects.destination().put(key, Content.of(ballast), context);
        }
    }

    @Override
    public ReaderKeys unlock(Destination destination, RecoveryKey key, TransferContext context) throws PluginException {
        return unlock(destination, Way.of(key), "This is not the recovery key of this vault.", context);
    }

    @Override
    public ReaderKeys unlock(Destination destination, char[] passphrase, TransferContext context)
            throws PluginException {
        return unlock(
                destination,
                Way.of(passphrase),
                "This is not the passphrase of this vault. Try again, or use the recovery key.",
                context);
    }

    @Override
    public ReaderKeys unlock(Destination destination, List<RecoveryShare> shares, TransferContext context)
            throws PluginException {
        ShareSecret set = ShareSets.join(shares);
        String name = ShareSecret.name(set.setId());
        return unlock(
                destination, Way.of(set), "The set of recovery shares " + name + " does not open this vault.", context);
    }

    private ReaderKeys unlock(Destination destination, Way way, String refusal, TransferContext context)
            throws PluginException {
        VaultIdentity identity = probe(destination, context).orElseThrow(DefaultVaultFactory::noVault);
        KeyObjects slots = new KeyObjects(new Objects(destination), identity.vaultId(), context);
        return KeyCodec.readerKeys(slots.unlock(way, refusal));
    }

    @Override
    public void addSlot(
            Destination destination, ReaderKeys readerKeys, byte[] slot, String applianceId, TransferContext context)
            throws PluginException {
        KeyRing keys = new KeyRing(KeyCodec.parts(readerKeys));
        KeyObjects slots = first(destination, keys, applianceId, context);
        KeySlot.Form form = KeySlot.form(slot);
        if (!Arrays.equals(form.vaultId(), keys.vaultId())) {
            throw new PluginException(ErrorKind.INVALID_CONFIG, "The key object is one of another vault.");
        }
        if (form.epoch() != slots.current(keys)) {
            throw new PluginException(
                    ErrorKind.CONFLICT, "The vault's keys were rotated meanwhile; make new shares with the new keys.");
        }
        slots.add(slot, form.epoch());
    }

    /** The key objects of a vault that is no replica: that gets what the first one has, and nothing else. */
    private static KeyObjects first(Destination destination, KeyRing keys, String applianceId, TransferContext context)
            throws PluginException {
        if (destination.stat(ObjectNames.REPLICA, context).isPresent()) {
            throw new PluginException(
                    ErrorKind.CONFLICT,
                    "This is a replica of a vault: change the keys of the first one, and the next copy brings them here.");
        }
        return new KeyObjects(owned(destination, keys, applianceId, context), keys.vaultIdHex(), context);
    }

    /** The objects of a vault that is this appliance's. */
    private static Objects owned(Destination destination, KeyRing keys, String applianceId, TransferContext context)
            throws PluginException {
        Objects objects = new Objects(destination);
        Descriptors.requireOwner(new Descriptors(objects, context).load(keys), applianceId);
        return objects;
    }

    @Override
    public ReaderKeys rotate(
            Destination destination,
            ReaderKeys readerKeys,
            Rotation rotation,
            String applianceId,
            TransferContext context)
            throws PluginException {
        KeyCodec.Parts parts = KeyCodec.parts(readerKeys);
        KeyObjects slots = first(destination, new KeyRing(parts), applianceId, context);
        return KeyCodec.readerKeys(new Rotator(slots, parts, runtime.random()).rotate(rotation));
    }

    @Override
    public int destroyKeys(Destination destination, VaultKeys vaultKeys, String applianceId, TransferContext context)
            throws PluginException {
        KeyRing keys = new KeyRing(parts(vaultKeys));
        Objects objects = owned(destination, keys, applianceId, context);
        return new KeyDestruction(objects, keys.vaultIdHex(), context)
                .destroy(keys, runtime.clock().instant());
    }

    static PluginException noVault() {
        return new PluginException(ErrorKind.NOT_FOUND, "There is no vault on this destination.");
    }

    @Override
    public void adopt(Destination destination, ReaderKeys readerKeys, String applianceId, TransferContext context)
            throws PluginException {
        checkAppliance(applianceId);
        KeyRing keys = new KeyRing(KeyCodec.parts(readerKeys));
        Objects objects = new Objects(destination);
        Descriptors descriptors = new Descriptors(objects, context);
        Descriptor descriptor = descriptors.load(keys);
        requireInForce(keys, new KeyObjects(objects, keys.vaultIdHex(), context).current(keys));
        if (!descriptor.owner().equals(applianceId) && !descriptors.adopt(keys, applianceId)) {
            throw new PluginException(ErrorKind.CONFLICT, "Another appliance adopts the vault at the same time.");
        }
    }

    private static void requireInForce(KeyRing keys, int current) throws PluginException {
        if (current > keys.epoch()) {
            throw new PluginException(
                    ErrorKind.AUTHENTICATION,
                    "What was given opens key epoch " + keys.epoch() + ", and the vault has epoch " + current
                            + "; take it over with a recovery key, shares or a passphrase of that epoch. Backups up to epoch "
                            + keys.epoch()
                            + " can be read with 'holdfast vault'. If the keys were never rotated to epoch " + current
                            + ", somebody with writer keys has forged it: delete " + EpochRecord.key(current) + ".");
        }
    }

    @Override
    public Vault open(
            Destination destination,
            VaultKeys vaultKeys,
            String applianceId,
            Redundancy redundancy,
            TransferContext context)
            throws PluginException {
        KeyRing keys = ring(vaultKeys);
        Objects objects = new Objects(destination);
        Descriptor descriptor = new Descriptors(objects, context).load(keys);
        Descriptors.requireOwner(descriptor, applianceId);
        return vault(objects, keys, descriptor, redundancy, false, context);
    }

    private static KeyRing ring(VaultKeys keys) throws PluginException {
        return new KeyRing(
                keys instanceof ReaderKeys reader ? KeyCodec.parts(reader) : KeyCodec.parts((WriterKeys) keys));
    }

    @Override
    public Vault openForReading(Destination destination, ReaderKeys readerKeys, TransferContext context)
            throws PluginException {
        KeyRing keys = new KeyRing(KeyCodec.parts(readerKeys));
        Objects objects = new Objects(destination);
        return vault(objects, keys, new Descriptors(objects, context).load(keys), Redundancy.none(), true, context);
    }

    private Vault vault(
            Objects objects,
            KeyRing keys,
            Descriptor descriptor,
            Redundancy redundancy,
            boolean readOnly,
            TransferContext context)
            throws PluginException {
        VaultIdentity identity = new VaultIdentity(
                keys.vaultIdHex(),
                descriptor.owner(),
                Descriptor.VERSION,
                descriptor.options().diskChunkBytes());
        IndexStore index = new IndexStore(objects, keys, runtime, Replicas.name(objects, keys, context));
        return new DefaultVault(new VaultCore(
                objects, keys, descriptor.options(), runtime, identity, index, redundancy, readOnly, ticker));
    }
}
