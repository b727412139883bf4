package io.holdfast.access.model;

/**
 * What would be deleted of an instance's snapshots.
 *
 * @param rule what is kept
 */
public record SnapshotPreviewInput(SnapshotRuleDto rule) {}
