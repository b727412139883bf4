package io.holdfast.core.worker;

import io.holdfast.spi.strategy.InstanceDescription;
import java.time.Instant;

/**
 * A backup as its destination describes it: enough to rebuild the catalogue's row and, if need be, the instance's.
 *
 * @param id the vault's id of the backup
 * @param instanceId the catalogue's id of the instance when the backup was made
 * @param instance the instance as it was then
 * @param providerId the catalogue's id of the provider then
 * @param providerType id of its strategy type
 * @param providerName what people called it
 * @param created when the source was captured, by the clock of the node that made it
 * @param incremental whether unchanged data was taken from a predecessor
 * @param fullReadReason code of why everything was read although there was a predecessor; empty if not
 * @param logicalBytes size of the data as the source shows it
 * @param readBytes what was read from the source
 * @param newBytes data that the vault did not have, before compression
 * @param storedBytes what was added to the destination
 * @param items files, disks or objects
 * @param problems parts that are missing or inconsistent
 * @param durationMillis from start to commit
 * @param damaged whether something that it needs is known to be lost
 * @param sequence its place in the vault's order of the instance's backups; 0 if unknown
 * @param incompressibleBytes of the new data, what looked random; -1 if unknown
 */
public record FoundBackup(
        String id,
        String instanceId,
        InstanceDescription instance,
        String providerId,
        String providerType,
        String providerName,
        Instant created,
        boolean incremental,
        String fullReadReason,
        long logicalBytes,
        long readBytes,
        long newBytes,
        long storedBytes,
        long items,
        long problems,
        long durationMillis,
        boolean damaged,
        long sequence,
        long incompressibleBytes) {}
