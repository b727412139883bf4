package io.holdfast.strategy.filesystem.internal;

/**
 * An extended attribute, an access list among them ({@code system.posix_acl_access}). Arrays are not copied.
 *
 * @param name with its namespace, as bytes
 * @param value at most 64 KiB on Linux
 */
record ExtendedAttribute(byte[] name, byte[] value) {}
