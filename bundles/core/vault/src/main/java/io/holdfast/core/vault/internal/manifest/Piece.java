package io.holdfast.core.vault.internal.manifest;

import io.holdfast.core.vault.internal.codec.Id;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of content: from a chunk, from everything that a map block covers, zeroes, or nothing in this layer.
 *
 * @param kind which of them
 * @param id the chunk or map block; null for zeroes and gaps
 * @param whole length of the whole chunk, or of what the map block covers
 * @param offset where the stretch begins in it
 * @param length how long the stretch is
 */
public record Piece(Kind kind, @Nullable Id id, long whole, long offset, long length) {

    /** The kinds of stretches. */
    public enum Kind {
        /** A chunk or a part of it. */
        CHUNK,
        /** All of a map block. */
        MAP,
        /** Zeroes. */
        ZERO,
        /** Not in this layer. */
        GAP
    }

    /** A whole chunk. */
    public static Piece chunk(Id id, int length) {
        return new Piece(Kind.CHUNK, id, length, 0, length);
    }

    /** A part of this chunk. */
    public Piece slice(long from, long count) {
        return new Piece(kind, id, whole, offset + from, count);
    }

    /** All of a map block. */
    public static Piece map(Id id, long length) {
        return new Piece(Kind.MAP, id, length, 0, length);
    }

    /** Zeroes. */
    public static Piece zero(long length) {
        return new Piece(Kind.ZERO, null, 0, 0, length);
    }

    /** Not in this layer. */
    public static Piece gap(long length) {
        return new Piece(Kind.GAP, null, 0, 0, length);
    }

    /** The id of a chunk or map block. */
    public Id target() {
        if (id == null) {
            throw new IllegalStateException(kind + " has no id");
        }
        return id;
    }
}
