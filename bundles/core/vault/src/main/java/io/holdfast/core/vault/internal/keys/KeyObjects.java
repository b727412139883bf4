package io.holdfast.core.vault.internal.keys;

import io.holdfast.core.vault.internal.codec.Encoder;
import io.holdfast.core.vault.internal.crypto.KeyCodec;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.crypto.KeySlot;
import io.holdfast.core.vault.internal.lock.ImmutableObjects;
import io.holdfast.core.vault.internal.store.Envelope;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.core.vault.internal.store.Objects;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The key objects of one vault on its destination: slots and records of epochs. */
public final class KeyObjects {

    private static final Logger LOG = LoggerFactory.getLogger(KeyObjects.class);
    private static final ObjectKey DESTROYED = ObjectNames.numbered("destroyed", 0);
    private static final int SMALL = 4096;

    private final Objects objects;
    private final String vaultId;
    private final TransferContext context;

    /**
     * The key objects of that vault.
     *
     * @param vaultId in hex
     */
    public KeyObjects(Objects objects, String vaultId, TransferContext context) {
        this.objects = objects;
        this.vaultId = vaultId;
        this.context = context;
    }

    /** A slot's place. */
    record Place(ObjectKey key, int epoch, int number) {}

    /** The places of all slots, oldest epoch first. */
    List<Place> slots() throws PluginException {
        List<Place> places = new ArrayList<>();
        String prefix = "keys/" + vaultId + ".";
        for (ObjectStat stat : objects.list(prefix, context)) {
            String rest = stat.key().value().substring(prefix.length());
            if (rest.matches("[0-9]{4}\\.[0-9]{4}")) {
                places.add(new Place(
                        stat.key(), Integer.parseInt(rest.substring(0, 4)), Integer.parseInt(rest.substring(5))));
            }
        }
        return places;
    }

    private byte[] read(Place place) throws PluginException {
        return objects.get(place.key(), KeySlot.MAX_LENGTH, context);
    }

    /** The slots of an epoch; without those that are damaged, or that are none though they are called so. */
    List<byte[]> slots(int epoch) throws PluginException {
        List<byte[]> slots = new ArrayList<>();
        for (Place place : slots()) {
            if (place.epoch() == epoch) {
                tolerated(place.key(), () -> read(place))
                        .filter(slot -> wellFormed(place, slot))
                        .ifPresent(slots::add);
            }
        }
        return slots;
    }

    private boolean wellFormed(Place place, byte[] slot) {
        boolean good = KeySlot.isOf(slot, HexFormat.of().parseHex(vaultId), place.epoch());
        if (!good) {
            LOG.warn("{} is no key object of its vault and epoch; it is passed over", place.key());
        }
        return good;
    }

    private interface Reading<T> {
        T read() throws PluginException;
    }

    /** What is in an object; nothing if it is damaged, gone, or of a form that is not known. */
    private static <T> Optional<T> tolerated(ObjectKey key, Reading<T> reading) throws PluginException {
        try {
            return Optional.of(reading.read());
        } catch (PluginException e) {
            if (!ofObject(e)) {
                throw e;
            }
            LOG.warn("{} is passed over: {}", key, e.getMessage());
            return Optional.empty();
        }
    }

    /** Whether a failure is one of the object, and others may still be good. */
    private static boolean ofObject(PluginException e) {
        return e.kind() == ErrorKind.CORRUPT_DATA
                || e.kind() == ErrorKind.NOT_FOUND
                || e.kind() == ErrorKind.UNSUPPORTED;
    }

    /** The numbers of the epochs that have a record, whatever is in it; and the first, which has none. */
    TreeSet<Integer> epochs() throws PluginException {
        TreeSet<Integer> epochs = new TreeSet<>(List.of(1));
        for (ObjectStat stat : objects.list("epochs/", context)) {
            long number = ObjectNames.numberOf(stat.key());
            if (number > 1 && number <= KeyCodec.MAX_EPOCH) {
                epochs.add((int) number);
            }
        }
        return epochs;
    }

    EpochRecord record(int epoch, KeyRing keys) throws PluginException {
        ObjectKey key = EpochRecord.key(epoch);
        return EpochRecord.decode(keys, key, objects.get(key, EpochRecord.MAX_LENGTH, context));
    }

    /**
     * The greatest epoch that a rotation seems to have put in force, FORMAT.md section 3.6: its record has a good MAC, and there is a
     * slot of the record's public key. Every writer can make such a record, so one without a slot does not count.
     */
    public int current(KeyRing keys) throws PluginException {
        for (int epoch : epochs().descendingSet()) {
            if (epoch == 1) {
                break;
            }
            Optional<EpochRecord> record = tolerated(EpochRecord.key(epoch), () -> record(epoch, keys));
            if (record.isPresent() && hasSlot(record.get())) {
                return epoch;
            }
            LOG.warn("Key epoch {} is passed over: it has no good record, or no key object that fits it", epoch);
        }
        return 1;
    }

    private boolean hasSlot(EpochRecord record) throws PluginException {
        for (byte[] slot : slots(record.epoch())) {
            if (Arrays.equals(KeySlot.publicKey(slot), record.publicKey())) {
                return true;
            }
        }
        return false;
    }

    /** The keys of a newer epoch in force than that, if one of these ways opens it. One that none opens does not count. */
    Optional<KeyCodec.Parts> newer(int than, List<Way> ways, KeyRing keys) throws PluginException {
        Set<Integer> newer = epochs().tailSet(than, false);
        for (Way way : newer.isEmpty() ? List.<Way>of() : ways) {
            Optional<KeyCodec.Parts> found = opened(way);
            if (found.isPresent() && found.get().epoch() > than) {
                int epoch = found.get().epoch();
                if (tolerated(EpochRecord.key(epoch), () -> record(epoch, keys)).isPresent()) {
                    return found;
                }
            }
        }
        if (!newer.isEmpty()) {
            LOG.warn(
                    "There are records of the key epochs {}, and nothing that was given opens them; they do not count",
                    newer);
        }
        return Optional.empty();
    }

    private Optional<KeyCodec.Parts> opened(Way way) throws PluginException {
        try {
            return Optional.of(unlock(way, ""));
        } catch (PluginException e) {
            if (!ofObject(e) && e.kind() != ErrorKind.AUTHENTICATION) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** The least number above that epoch and under which there is nothing, be it of a rotation that was cut off or forged. */
    Optional<Integer> free(int above) throws PluginException {
        Set<Integer> taken = new HashSet<>(epochs());
        slots().forEach(place -> taken.add(place.epoch()));
        return IntStream.rangeClosed(above + 1, KeyCodec.MAX_EPOCH)
                .filter(epoch -> !taken.contains(epoch))
                .boxed()
                .findFirst();
    }

    /**
     * The keys that one way opens: of the newest epoch in force that it opens, and of all earlier ones. FORMAT.md section 3.6.
     *
     * @param refusal what is said if it opens nothing
     */
    public KeyCodec.Parts unlock(Way way, String refusal) throws PluginException {
        List<Place> places = new ArrayList<>(slots());
        if (places.isEmpty()) {
            throw destroyed();
        }
        Collections.reverse(places);
        TreeSet<Integer> epochs = epochs();
        Search search = new Search();
        for (Place place : places) {
            if (epochs.contains(place.epoch()) && search.wants(place)) {
                search.look(place, way);
            }
        }
        return search.found(refusal);
    }

    private final class Search {
        private KeyCodec.@Nullable Parts best;
        private boolean complete;
        private @Nullable PluginException damaged;
        private final Map<Integer, KeyCodec.Earlier> earlier = new TreeMap<>();

        boolean wants(Place place) {
            return best == null || !complete && place.epoch() < best.epoch() && !earlier.containsKey(place.epoch());
        }

        void look(Place place, Way way) throws PluginException {
            try {
                Optional<KeyCodec.Parts> opened = way.open(read(place));
                if (opened.isPresent() && opened.get().epoch() == place.epoch()) {
                    take(opened.get());
                }
            } catch (PluginException e) {
                if (!ofObject(e)) {
                    throw e;
                }
                LOG.warn("{} is passed over: {}", place.key(), e.getMessage());
                damaged = e;
            }
        }

        private void take(KeyCodec.Parts parts) throws PluginException {
            byte[] privateKey = parts.privateKey();
            if (best != null && privateKey != null) {
                earlier.put(parts.epoch(), new KeyCodec.Earlier(parts.epoch(), parts.publicKey(), privateKey));
                return;
            }
            best = parts;
            complete = parts.epoch() == 1;
            if (!complete) {
                KeyRing keys = new KeyRing(parts);
                record(parts.epoch(), keys).open(keys).forEach(e -> earlier.put(e.epoch(), e));
                complete = true;
            }
        }

        KeyCodec.Parts found(String refusal) throws PluginException {
            if (best != null) {
                return best.with(List.copyOf(earlier.values()));
            }
            throw damaged != null ? damaged : new PluginException(ErrorKind.AUTHENTICATION, refusal);
        }
    }

    private PluginException destroyed() throws PluginException {
        Optional<byte[]> record = objects.find(DESTROYED, SMALL, context);
        if (record.isEmpty()) {
            return new PluginException(
                    ErrorKind.CORRUPT_DATA,
                    "There is no key object of the vault " + vaultId
                            + " on this destination; look for another copy of it.");
        }
        Instant when = Instant.ofEpochMilli(
                Envelope.body(Envelope.DESTROYED, DESTROYED, record.get()).i64());
        return new PluginException(
                ErrorKind.AUTHENTICATION,
                "The keys of the vault " + vaultId + " were destroyed on purpose at " + when
                        + "; no recovery key, share or passphrase reads it any more.");
    }

    /** Puts a slot under the first free number of its epoch; if it is there already, that is fine. */
    public void add(byte[] slot, int epoch) throws PluginException {
        int next = 0;
        for (Place place : slots()) {
            if (place.epoch() == epoch) {
                next = Math.max(next, place.number() + 1);
                if (tolerated(place.key(), () -> read(place))
                        .filter(known -> Arrays.equals(known, slot))
                        .isPresent()) {
                    return;
                }
            }
        }
        put(ObjectNames.keySlot(vaultId, epoch, next), slot);
    }

    void put(ObjectKey key, byte[] bytes) throws PluginException {
        if (!objects.putExclusive(key, bytes, context)) {
            throw new PluginException(
                    ErrorKind.CONFLICT,
                    "Something else changes the keys of the vault at the same time (" + key + " is taken); try again.");
        }
    }

    /**
     * Deletes every key object, for good. Can be repeated after a failure.
     *
     * @return how many were there
     * @throws PluginException {@code PERMISSION} if one is locked; then nothing was written or deleted
     */
    public int destroy(KeyRing keys, Instant now) throws PluginException {
        requireUnlocked();
        if (objects.destination().stat(DESTROYED, context).isEmpty()) {
            byte[] body = new Encoder().u64(now.toEpochMilli()).toBytes();
            objects.putExclusive(DESTROYED, Envelope.wrap(keys, Envelope.DESTROYED, DESTROYED, body), context);
        }
        List<ObjectKey> all = all();
        for (ObjectKey key : all) {
            delete(key);
        }
        List<ObjectKey> left = all();
        if (!left.isEmpty()) {
            throw new PluginException(
                    ErrorKind.UNAVAILABLE,
                    "The destination still lists " + left.get(0)
                            + " after its deletion; the vault is not destroyed yet.");
        }
        return all.size();
    }

    /** Some keys destroyed and others kept until their locks end would leave nobody sure of what can still be opened. */
    private void requireUnlocked() throws PluginException {
        ImmutableObjects locks = new ImmutableObjects(objects.destination());
        Instant last = Instant.MIN;
        int locked = 0;
        for (ObjectKey key : all()) {
            Optional<Instant> until = locks.until(key, context);
            if (until.isPresent()) {
                locked++;
                last = until.get().isAfter(last) ? until.get() : last;
            }
        }
        if (locked > 0) {
            throw new PluginException(
                    ErrorKind.PERMISSION,
                    "The keys of the vault " + vaultId + " cannot be destroyed before " + last + ": " + locked
                            + " key objects are locked for immutable backups until then, so nothing was changed. Make no"
                            + " further immutable backups, and try again after that.");
        }
    }

    private List<ObjectKey> all() throws PluginException {
        List<ObjectKey> all = new ArrayList<>();
        objects.forEach("keys/" + vaultId + ".", stat -> all.add(stat.key()), context);
        objects.forEach("epochs/", stat -> all.add(stat.key()), context);
        return all;
    }

    private void delete(ObjectKey key) throws PluginException {
        try {
            objects.destination().delete(key, context);
        } catch (PluginException e) {
            if (e.kind() == ErrorKind.NOT_FOUND) {
                return;
            }
            throw new PluginException(
                    e.kind(),
                    "The key object " + key + " cannot be deleted, so the vault is not destroyed: " + e.getMessage(),
                    e);
        }
    }
}
