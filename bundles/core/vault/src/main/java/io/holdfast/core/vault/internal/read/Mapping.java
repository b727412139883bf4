package io.holdfast.core.vault.internal.read;

import io.holdfast.core.vault.internal.manifest.Manifest.BlockRef;
import io.holdfast.core.vault.internal.manifest.Piece;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.util.ArrayList;
import java.util.List;

/** Says what lies at an offset of a content. */
public interface Mapping {

    /** The stretch from an offset on, which lies within the content. */
    LayerMap.Stretch at(long offset, TransferContext context) throws PluginException;

    /** The mapping of a listing entry's pieces. */
    static Mapping of(List<Piece> pieces, BlockReader blocks) {
        if (pieces.stream().noneMatch(p -> p.kind() == Piece.Kind.MAP)) {
            return new InlineMap(pieces);
        }
        List<BlockRef> layer = new ArrayList<>();
        long at = 0;
        for (Piece piece : pieces) {
            layer.add(new BlockRef(piece.target(), at, at + piece.length()));
            at += piece.length();
        }
        LayerMap map = new LayerMap(blocks, List.of(layer));
        return map::at;
    }
}
