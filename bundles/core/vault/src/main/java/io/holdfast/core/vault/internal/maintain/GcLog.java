package io.holdfast.core.vault.internal.maintain;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.codec.Encoder;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.store.Envelope;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.core.vault.internal.store.Objects;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The records of collections, FORMAT.md sections 4 and 9. */
public final class GcLog {

    /** Most packs that one generation can condemn. */
    public static final int MAX_PACKS = 1_000_000;

    /** The steps of a generation, in order. */
    public enum Phase {
        /** Begun. */
        PLAN("a-plan", Envelope.PLAN),
        /** Packs are condemned. */
        TOMB("b-tomb", Envelope.TOMB),
        /** It is known which sessions must end first. */
        WAIT("b-wait", Envelope.WAIT),
        /** It is decided what will be deleted. */
        DONE("c-done", Envelope.DONE),
        /** Over. */
        END("d-end", Envelope.END);

        private final String suffix;
        private final int magic;

        Phase(String suffix, int magic) {
            this.suffix = suffix;
            this.magic = magic;
        }

        /** The key of this record of a generation. */
        public ObjectKey key(long generation) {
            return ObjectNames.collection(generation, suffix);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(GcLog.class);

    private final Objects objects;
    private final KeyRing keys;

    /** The records of that destination. */
    public GcLog(Objects objects, KeyRing keys) {
        this.objects = objects;
        this.keys = keys;
    }

    /**
     * The greatest generation and its records, and the other keys.
     *
     * @param generation 0 if there never was one
     * @param phases which records of it exist
     * @param older keys of records of earlier generations
     * @param unended generations that have no end, and which records of them exist; one at most, as it should be
     */
    public record State(long generation, Set<Phase> phases, List<ObjectKey> older, Map<Long, Set<Phase>> unended) {

        /** Whether there is something to go on with. */
        public boolean open() {
            return generation > 0 && !phases.contains(Phase.END);
        }

        /** Whether no collection has begun, got further or ended between the two. */
        public boolean same(State other) {
            return generation == other.generation && phases.equals(other.phases);
        }
    }

    /** Reads the state from a listing. */
    public State state(TransferContext context) throws PluginException {
        Map<Long, Set<Phase>> found = new HashMap<>();
        List<ObjectKey> all = new ArrayList<>();
        for (ObjectStat stat : objects.list("gc/", context)) {
            String name = stat.key().value().substring(3);
            for (Phase phase : Phase.values()) {
                if (name.matches("[0-9]{10}-" + phase.suffix)) {
                    found.computeIfAbsent(Long.parseLong(name.substring(0, 10)), g -> new HashSet<>())
                            .add(phase);
                    all.add(stat.key());
                }
            }
        }
        long greatest = found.keySet().stream().mapToLong(g -> g).max().orElse(0);
        all.removeIf(
                key -> key.value().startsWith(Phase.PLAN.key(greatest).value().substring(0, 13)));
        Set<Phase> phases = found.getOrDefault(greatest, Set.of());
        Map<Long, Set<Phase>> unended = new TreeMap<>(found);
        unended.values().removeIf(records -> records.contains(Phase.END));
        return new State(greatest, phases, all, unended);
    }

    /**
     * Checks that a generation has neither ended nor been followed by another one. Asked after a record was put: as long as it
     * holds, no record of the generation was swept, so the one that is there is the only one there ever was.
     *
     * @throws PluginException {@code CONFLICT} if another collector was faster
     */
    public void requireOpen(long generation, TransferContext context) throws PluginException {
        State state = state(context);
        if (state.generation() != generation || state.phases().contains(Phase.END)) {
            throw new PluginException(
                    ErrorKind.CONFLICT,
                    "Another collector has finished collection " + generation
                            + " of this vault; start the collection again.");
        }
    }

    /** The packs that must not be relied on because some collection may delete them. */
    public Set<Id> condemned(TransferContext context) throws PluginException {
        while (true) {
            context.cancellation().throwIfCancelled();
            State state = state(context);
            Optional<Set<Id>> condemned = condemned(state, context);
            if (condemned.isPresent()) {
                return condemned.get();
            }
        }
    }

    /** Empty if a record has gone since it was listed, so that its collection has ended. */
    private Optional<Set<Id>> condemned(State state, TransferContext context) throws PluginException {
        Set<Id> condemned = new HashSet<>();
        for (Map.Entry<Long, Set<Phase>> generation : state.unended().entrySet()) {
            for (Phase phase : List.of(Phase.TOMB, Phase.DONE)) {
                if (generation.getValue().contains(phase)) {
                    Optional<Set<Id>> packs = find(phase, generation.getKey(), context);
                    if (packs.isEmpty()) {
                        return Optional.empty();
                    }
                    condemned.addAll(packs.get());
                }
            }
        }
        return Optional.of(condemned);
    }

    private Optional<Set<Id>> find(Phase phase, long generation, TransferContext context) throws PluginException {
        try {
            return Optional.of(packs(phase, generation, context));
        } catch (PluginException e) {
            if (e.kind() == ErrorKind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The packs that the present collection has deleted or is about to, as long as the index still names them. */
    public Set<Id> deleting(State state, TransferContext context) throws PluginException {
        if (!state.open() || !state.phases().contains(Phase.DONE)) {
            return Set.of();
        }
        return find(Phase.DONE, state.generation(), context).orElse(Set.of());
    }

    /** The packs in a tomb or done record. */
    public Set<Id> packs(Phase phase, long generation, TransferContext context) throws PluginException {
        ObjectKey key = phase.key(generation);
        byte[] bytes = objects.get(key, Envelope.MAX_LENGTH, context);
        Decoder in = Envelope.unwrap(keys, phase.magic, key, bytes);
        int count = in.u32(MAX_PACKS);
        Set<Id> packs = new HashSet<>();
        for (int i = 0; i < count; i++) {
            packs.add(in.id());
        }
        in.end();
        return packs;
    }

    /** Whether the records of the present collection say which packs it condemns. */
    public boolean readable(State state, TransferContext context) throws PluginException {
        try {
            condemned(state, context);
            return true;
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA) {
                throw e;
            }
            LOG.warn("Collection {} is given up: {}", state.generation(), e.getMessage());
            return false;
        }
    }

    /** The sessions that a generation waits for. */
    public Set<BackupId> sessions(long generation, TransferContext context) throws PluginException {
        ObjectKey key = Phase.WAIT.key(generation);
        Decoder in = Envelope.unwrap(keys, Phase.WAIT.magic, key, objects.get(key, Envelope.MAX_LENGTH, context));
        int count = in.u32(MAX_PACKS);
        Set<BackupId> sessions = new HashSet<>();
        HexFormat hex = HexFormat.of();
        for (int i = 0; i < count; i++) {
            sessions.add(new BackupId(hex.formatHex(in.raw(16)) + "." + hex.formatHex(in.raw(16))));
        }
        in.end();
        return sessions;
    }

    /** The bytes of the record of the sessions that a generation waits for. */
    public byte[] waitRecord(long generation, Collection<BackupId> sessions) {
        Encoder body = new Encoder(sessions.size() * 32 + 4);
        body.u32(sessions.size());
        HexFormat hex = HexFormat.of();
        sessions.stream().map(BackupId::value).sorted().map(BackupId::new).forEach(s -> body.raw(
                        hex.parseHex(s.instanceHash()))
                .raw(hex.parseHex(s.session())));
        return Envelope.wrap(keys, Phase.WAIT.magic, Phase.WAIT.key(generation), body.toBytes());
    }

    /** The bytes of a tomb or done record. */
    public byte[] packRecord(Phase phase, long generation, Collection<Id> packs) {
        Encoder body = new Encoder(packs.size() * Id.LENGTH + 4);
        body.u32(packs.size());
        new TreeSet<>(packs).forEach(body::id);
        return Envelope.wrap(keys, phase.magic, phase.key(generation), body.toBytes());
    }

    /** The bytes of a plan or end record. */
    public byte[] mark(Phase phase, long generation) {
        byte[] body = new Encoder().u64(generation).toBytes();
        return Envelope.wrap(keys, phase.magic, phase.key(generation), body);
    }
}
