package io.holdfast.core.vault;

/**
 * What a vault says of itself.
 *
 * @param vaultId 32 hexadecimal digits, unique
 * @param owner the id of the appliance that writes to it
 * @param version the version of its format
 * @param diskChunkBytes the chunk size of disks
 */
public record VaultIdentity(String vaultId, String owner, int version, int diskChunkBytes) {}
