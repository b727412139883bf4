package io.holdfast.spi.strategy;

import java.time.Instant;

/**
 * A snapshot on a provider.
 *
 * @param id the provider's id
 * @param name what people call it
 * @param created when, by the provider's clock
 * @param ours whether Holdfast made it
 */
public record SnapshotInfo(String id, String name, Instant created, boolean ours) {}
