package io.holdfast.core.vault.internal.keys;

import io.holdfast.core.vault.internal.crypto.KeyCodec;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.crypto.KeySlot;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.core.vault.internal.store.Objects;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
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

    /** How often each slot is put, so that a damaged one is not the last: FORMAT.md section 3.3. */
    public static final int COPIES = 2;

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

    /** The slots of an epoch, each once; without those that are damaged, or that are none though they are called so. */
    List<byte[]> slots(int epoch) throws PluginException {
        Set<ByteBuffer> slots = new LinkedHashSet<>();
        for (Place place : slots()) {
            if (place.epoch() == epoch) {
                tolerated(place.key(), () -> read(place))
                        .filter(slot -> wellFormed(place, slot))
                        .map(ByteBuffer::wrap)
                        .ifPresent(slots::add);
            }
        }
        return slots.stream().map(ByteBuffer::array).toList();
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
            throw new KeyDestruction(objects, vaultId, context).why();
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
        private final Set<ByteBuffer> tried = new HashSet<>();

        boolean wants(Place place) {
            return best == null || !complete && place.epoch() < best.epoch() && !earlier.containsKey(place.epoch());
        }

        void look(Place place, Way way) throws PluginException {
            try {
                byte[] slot = read(place);
                Optional<KeyCodec.Parts> opened = tried.add(ByteBuffer.wrap(slot))
                        ? way.open(slot)
                        : Optional.empty(); // a passphrase takes a second
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

    /** Puts a slot under the first free numbers of its epoch, as often as it is not there yet. */
    public void add(byte[] slot, int epoch) throws PluginException {
        int next = 0;
        int there = 0;
        for (Place place : slots()) {
            if (place.epoch() == epoch) {
                next = Math.max(next, place.number() + 1);
                there += tolerated(place.key(), () -> read(place))
                                .filter(known -> Arrays.equals(known, slot))
                                .isPresent()
                        ? 1
                        : 0;
            }
        }
        for (int i = there; i < COPIES; i++) {
            put(ObjectNames.keySlot(vaultId, epoch, next++), slot);
        }
    }

    /** Puts a slot, {@link #COPIES} times, under that number and the next ones. */
    public void put(byte[] slot, int epoch, int number) throws PluginException {
        for (int i = 0; i < COPIES; i++) {
            put(ObjectNames.keySlot(vaultId, epoch, number + i), slot);
        }
    }

    void put(ObjectKey key, byte[] bytes) throws PluginException {
        if (!objects.putExclusive(key, bytes, context)) {
            throw new PluginException(
                    ErrorKind.CONFLICT,
                    "Something else changes the keys of the vault at the same time (" + key + " is taken); try again.");
        }
    }
}
