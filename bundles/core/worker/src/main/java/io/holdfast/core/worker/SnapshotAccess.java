package io.holdfast.core.worker;

/**
 * What is needed to ask a provider for the snapshots of an instance. Holds secrets: {@link #toString} shows none.
 *
 * @param provider where it lives
 * @param instance which
 * @param applianceId whose snapshots are ours
 */
public record SnapshotAccess(ProviderAccess provider, InstanceAccess instance, String applianceId) {}
