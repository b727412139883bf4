package io.holdfast.core.inventory;

/**
 * What an inventory changed.
 *
 * @param added instances that were not known
 * @param updated known instances of which something changed, or that came back
 * @param unchanged known instances as they were
 * @param vanished known instances that were not found any more
 */
public record InventoryResult(int added, int updated, int unchanged, int vanished) {}
