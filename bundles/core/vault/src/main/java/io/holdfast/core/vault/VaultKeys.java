package io.holdfast.core.vault;

/** What opens a vault. Immutable; {@code toString} shows no secret. */
public sealed interface VaultKeys permits WriterKeys, ReaderKeys {

    /** The keys that writing needs. */
    WriterKeys writerKeys();
}
