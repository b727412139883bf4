package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.pack.PackEntry;
import io.holdfast.core.vault.internal.pack.SealedPack;
import io.holdfast.spi.PluginException;
import java.util.List;

/** The note beside a staged pack, for tests outside of this package. */
public final class StagingNote {

    private StagingNote() {}

    /** A good one. */
    public static byte[] sample(Id pack) {
        return PackTab.encode(new SealedPack(pack, 1, 500, List.of(new PackEntry(pack, 128, 90))));
    }

    /** Parses it. */
    public static void parse(byte[] bytes) throws PluginException {
        PackTab.decode(bytes);
    }
}
