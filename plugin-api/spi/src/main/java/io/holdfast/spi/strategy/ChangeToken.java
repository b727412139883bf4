package io.holdfast.spi.strategy;

/**
 * A plugin's own note of the state that a backup has captured (a checkpoint name, a delta link), from which the next
 * export tells what changed. Opaque to the core, kept with the backup, at most 64 KiB. Contains no secret.
 *
 * @param value the note
 */
public record ChangeToken(String value) {}
