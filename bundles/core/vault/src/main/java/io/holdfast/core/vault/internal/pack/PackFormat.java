package io.holdfast.core.vault.internal.pack;

/** Numbers of FORMAT.md section 5. */
public final class PackFormat {

    /** A pack of chunks. */
    public static final int DATA = 1;
    /** A pack of blocks. */
    public static final int META = 2;

    /** Entry type: content. */
    public static final int CHUNK = 1;
    /** Entry type: where the bytes of a disk, stream or large file are. */
    public static final int MAP = 2;
    /** Entry type: entries of a tree. */
    public static final int TREE = 3;
    /** Entry type: items. */
    public static final int ITEMS = 4;

    /** Flag: the payload is a zstd frame. */
    public static final int ZSTD = 1;

    /** Greatest length of a chunk. */
    public static final int MAX_CHUNK = 8 << 20;
    /** Greatest length of a block's payload. */
    public static final int MAX_PAYLOAD = 16 << 20;
    /** Greatest length of a block's refs. */
    public static final int MAX_REFS = 4 << 20;
    /** Greatest length of a pack. */
    public static final int MAX_PACK = 128 << 20;
    /** Greatest number of sealed keys in a pack. */
    public static final int MAX_KEYS = 4096;

    /** Length of the tag at the end of refs. */
    public static final int REFS_TAG = 16;
    /** Length of the tag at the end of stored bytes. */
    public static final int GCM_TAG = 16;

    /** Length of an entry's row in the footer. */
    public static final int FOOTER_ENTRY = 40;

    static final int PACK_MAGIC = 0x4846706b;
    static final int ENTRY_MAGIC = 0x4846656e;
    static final int FOOTER_MAGIC = 0x48467066;
    static final int TRAILER_MAGIC = 0x48467065;
    static final int TRAILER_LENGTH = 12 + 32 + 4;

    private PackFormat() {}
}
