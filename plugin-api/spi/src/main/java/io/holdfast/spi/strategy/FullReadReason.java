package io.holdfast.spi.strategy;

/**
 * Why everything is read although an earlier backup exists.
 *
 * @param code stable, upper case: {@code TOKEN_LOST}, {@code DISK_RESIZED}, {@code SNAPSHOT_REVERTED}, ...
 * @param message for administrators
 */
public record FullReadReason(String code, String message) {}
