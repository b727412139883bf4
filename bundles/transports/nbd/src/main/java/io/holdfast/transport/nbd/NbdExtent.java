package io.holdfast.transport.nbd;

/**
 * A range of an export and the flags that a metadata context gives to it.
 *
 * @param offset first byte, not negative
 * @param length number of bytes, positive
 * @param flags as the server sent them; what they mean depends on the context
 */
public record NbdExtent(long offset, long length, int flags) {

    private static final int STATE_HOLE = 1; // NBD_STATE_HOLE, proto.md "base:allocation metadata context"
    private static final int STATE_ZERO = 2; // NBD_STATE_ZERO
    private static final int STATE_DIRTY = 1; // NBD_STATE_DIRTY, QEMU docs/interop/nbd.rst

    /** Checks the range. */
    public NbdExtent {
        if (offset < 0 || length <= 0 || offset + length < 0) {
            throw new IllegalArgumentException("invalid extent " + offset + "+" + length);
        }
    }

    /** The byte after the last one. */
    public long end() {
        return offset + length;
    }

    /** In {@code base:allocation}: no storage is used. It may read as anything unless {@link #zero()} is true as well. */
    public boolean hole() {
        return (flags & STATE_HOLE) != 0;
    }

    /** In {@code base:allocation}: reads as zeroes, and needs not be read. */
    public boolean zero() {
        return (flags & STATE_ZERO) != 0;
    }

    /** In {@code qemu:dirty-bitmap:*}: was written since the bitmap was started. */
    public boolean dirty() {
        return (flags & STATE_DIRTY) != 0;
    }
}
