package io.holdfast.testkit.fake;

import io.holdfast.spi.source.ItemChange;

/**
 * An object of a cloud service in memory.
 *
 * @param item what the feed says of it
 * @param content its bytes; not copied
 */
public record FakeItem(ItemChange item, byte[] content) {}
