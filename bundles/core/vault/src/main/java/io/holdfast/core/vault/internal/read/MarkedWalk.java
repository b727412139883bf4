package io.holdfast.core.vault.internal.read;

import io.holdfast.spi.source.TreeWalk;

/** A walk through a tree of a backup, which knows what the backup says of its entries. */
public interface MarkedWalk extends TreeWalk {

    /** Whether the entry that was given last changed while the backup read it. */
    boolean changed();
}
