package io.holdfast.spi.source;

/**
 * One object of a cloud service as it is now, or the news that it is gone.
 *
 * @param id the service's stable id of the object, 1 to 1,024 characters
 * @param deleted whether this is a tombstone; then only the id counts
 * @param path where people find it, as a path for browsing
 * @param attributes size and time
 * @param metadata the object's properties in the strategy's own encoding, at most 4 MiB
 * @param version differs whenever content or metadata differ (an ETag, a change key); never empty
 */
public record ItemChange(
        String id, boolean deleted, EntryPath path, EntryAttributes attributes, byte[] metadata, String version) {}
