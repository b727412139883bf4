package io.holdfast.core.vault;

/**
 * A vault that was just created, with everything that opens it.
 *
 * @param identity what it is
 * @param recoveryKey to be shown once and kept by people
 * @param writerKeys for nodes that make backups
 * @param readerKeys for the server's secret store
 */
public record NewVault(VaultIdentity identity, RecoveryKey recoveryKey, WriterKeys writerKeys, ReaderKeys readerKeys) {}
