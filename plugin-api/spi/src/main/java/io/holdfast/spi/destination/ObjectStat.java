package io.holdfast.spi.destination;

/**
 * What a listing says about an object.
 *
 * @param key its name
 * @param size its length in bytes, not negative
 */
public record ObjectStat(ObjectKey key, long size) {}
