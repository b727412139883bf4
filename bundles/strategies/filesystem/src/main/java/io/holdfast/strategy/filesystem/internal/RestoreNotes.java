package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.context.TaskLog;
import io.holdfast.spi.source.EntryPath;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts what a restore could not do, and says it in a few lines instead of one for each file. */
final class RestoreNotes {

    private record Note(long count, String example) {}

    private final Map<String, Note> notes = new LinkedHashMap<>();

    synchronized void add(String what, EntryPath path) {
        Note known = notes.get(what);
        if (known != null) {
            notes.put(what, new Note(known.count + 1, known.example));
        } else if (notes.size() < 50) {
            notes.put(what, new Note(1, path.isRoot() ? "the directory itself" : path.toString()));
        }
    }

    synchronized void writeTo(TaskLog log) {
        notes.forEach((what, note) -> log.warn(
                note.count == 1
                        ? what + ": " + note.example
                        : what + ": " + note.count + " times, first " + note.example));
        notes.clear();
    }
}
