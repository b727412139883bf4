package io.holdfast.core.vault.internal.index;

import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where everything is, as of one moment: segments, and the packs that must not be relied on. Safe for use from any
 * thread. Its memory is eight bits an entry, mapped. Look-ups throw when a local copy is damaged and cannot be made again.
 */
public final class VaultIndex {

    private static final Logger LOG = LoggerFactory.getLogger(VaultIndex.class);
    private static final int MAX_IN_VAIN = 4096;
    private static final long UNCHANGED_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final CopyOnWriteArrayList<Segment> segments;
    private volatile Set<Id> distrusted;
    private @Nullable Further further;
    private @Nullable Further missing;
    private @Nullable Further current;
    private Set<String> stored;
    private int generation;
    /** Packs, or pieces of no known pack, for which the stored segments have had nothing new, and when that was. */
    private final Map<Id, Long> inVain = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Id, Long> eldest) {
            return size() > MAX_IN_VAIN;
        }
    };

    /** An index of these segments. */
    public VaultIndex(List<Segment> segments, Set<Id> distrusted) throws PluginException {
        this.segments = new CopyOnWriteArrayList<>(segments);
        this.stored = names(segments);
        this.distrusted = Set.copyOf(distrusted);
        distrustIn(segments);
    }

    private void distrustIn(List<Segment> all) throws PluginException {
        for (Segment segment : all) {
            segment.distrust(distrusted);
        }
    }

    /** Knows of segments that are not among the stored ones. */
    public interface Further {
        /** Those besides the ones that are known. */
        List<Segment> segments(List<Segment> known) throws PluginException;
    }

    /** From now on asks for further segments, once, when something is not found. */
    public void whenMissing(Further source) {
        further = source;
        missing = source;
    }

    /** From now on {@link #renewed} can read the stored segments again; the source gives all of them, whatever is known. */
    public void whenStale(Further source) {
        current = source;
    }

    /** Grows with every renewal. */
    public synchronized int generation() {
        return generation;
    }

    /**
     * Something was not where this index says: a collection has moved it since. Reads the stored segments again, unless somebody else
     * has done so since the caller asked for the generation, or it was looked for in vain a moment ago.
     *
     * @param seen the generation that the caller has used
     * @param id what was not found
     * @return whether there is something new; if not, the caller's failure stands
     */
    public synchronized boolean renewed(int seen, Id id) throws PluginException {
        Further source = current;
        if (generation != seen) {
            return true;
        }
        List<Location> places = find(id);
        Id place = places.isEmpty() ? id : places.get(0).pack();
        Long since = inVain.get(place);
        if (source == null || since != null && System.nanoTime() - since < UNCHANGED_NANOS) {
            return false;
        }
        List<Segment> fresh = source.segments(List.copyOf(segments));
        Set<String> now = names(fresh);
        if (now.equals(stored)) {
            inVain.put(place, System.nanoTime());
            boolean more = extended();
            generation += more ? 1 : 0;
            return more;
        }
        List<Segment> old = List.copyOf(segments);
        distrustIn(fresh);
        segments.addAll(fresh);
        segments.removeAll(old);
        stored = now;
        further = missing;
        inVain.clear();
        generation++;
        return true;
    }

    private static Set<String> names(List<Segment> segments) {
        return segments.stream().map(Segment::name).collect(Collectors.toSet());
    }

    private synchronized boolean extended() throws PluginException {
        Further source = further;
        if (source == null) {
            return false;
        }
        further = null;
        for (Segment segment : source.segments(List.copyOf(segments))) {
            add(segment);
        }
        return true;
    }

    /** Adds a segment. */
    public void add(Segment segment) throws PluginException {
        segment.distrust(distrusted);
        segments.add(segment);
    }

    /** Stops relying on further packs. */
    public void distrust(Set<Id> packs) throws PluginException {
        Set<Id> all = new HashSet<>(distrusted);
        all.addAll(packs);
        distrusted = Set.copyOf(all);
        distrustIn(segments);
    }

    /** The packs that must not be relied on. */
    public Set<Id> distrusted() {
        return distrusted;
    }

    /** The segments. */
    public List<Segment> segments() {
        return segments;
    }

    /**
     * The entries of an id in a segment. One that is damaged here and on the destination is left out from then on, so that its packs are
     * looked into themselves.
     */
    private List<Segment.Entry> entries(Segment segment, Id id) throws PluginException {
        try {
            return segment.find(id);
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA) {
                throw e;
            }
            LOG.warn("Index segment left out: {}", e.getMessage());
            segments.remove(segment);
            synchronized (this) {
                further = missing;
            }
            return List.of();
        }
    }

    /** Whether the id is in a pack that can be relied on. */
    public boolean trusts(Id id) throws PluginException {
        for (Segment segment : segments) {
            for (Segment.Entry entry : entries(segment, id)) {
                if (segment.trusted(entry)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** All places of an id, those that can be relied on first. */
    public List<Location> find(Id id) throws PluginException {
        List<Location> good = new ArrayList<>(1);
        List<Location> doubtful = new ArrayList<>(0);
        for (Segment segment : segments) {
            for (Segment.Entry entry : entries(segment, id)) {
                (segment.trusted(entry) ? good : doubtful).add(segment.location(entry));
            }
        }
        good.addAll(doubtful);
        return good.isEmpty() && extended() ? find(id) : good;
    }
}
