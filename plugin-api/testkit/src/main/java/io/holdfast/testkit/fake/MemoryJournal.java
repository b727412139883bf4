package io.holdfast.testkit.fake;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A journal in memory that shows what was written and what is still open. Safe for use from any thread. */
public final class MemoryJournal implements SideEffectJournal {

    private final List<Entry> recorded = new CopyOnWriteArrayList<>();
    private final List<Entry> open = new CopyOnWriteArrayList<>();
    private volatile boolean failing;

    /** Everything that was ever recorded, in order. */
    public List<Entry> recorded() {
        return new ArrayList<>(recorded);
    }

    /** What was recorded and not undone. */
    public List<Entry> open() {
        return new ArrayList<>(open);
    }

    /** From now on nothing can be recorded, as if the database were gone. */
    public void failFromNowOn() {
        failing = true;
    }

    /** Adds an entry of something that was never created, as a crash between intention and deed leaves it. */
    public Entry neverHappened(String kind, Map<String, String> details) {
        return add(kind, details);
    }

    @Override
    public Entry record(String kind, Map<String, String> details) throws PluginException {
        if (failing) {
            throw new PluginException(ErrorKind.UNAVAILABLE, "the journal is made to fail by the test");
        }
        if (kind.isEmpty() || kind.length() > 64) {
            throw new IllegalArgumentException("journal kind must have 1 to 64 characters: " + kind);
        }
        return add(kind, details);
    }

    private Entry add(String kind, Map<String, String> details) {
        Entry entry = new Remembered("entry-" + (recorded.size() + 1), kind, Map.copyOf(details));
        recorded.add(entry);
        open.add(entry);
        return entry;
    }

    private final class Remembered implements Entry {
        private final String id;
        private final String kind;
        private final Map<String, String> details;

        Remembered(String id, String kind, Map<String, String> details) {
            this.id = id;
            this.kind = kind;
            this.details = details;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public String kind() {
            return kind;
        }

        @Override
        public Map<String, String> details() {
            return details;
        }

        @Override
        public void undone() {
            open.remove(this);
        }

        @Override
        public String toString() {
            return kind + details;
        }
    }
}
