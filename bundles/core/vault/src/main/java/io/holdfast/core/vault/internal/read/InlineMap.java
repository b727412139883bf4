package io.holdfast.core.vault.internal.read;

import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.manifest.Piece;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.util.Arrays;
import java.util.List;

/** A content with few pieces. */
final class InlineMap implements Mapping {

    private final long[] starts;
    private final List<Piece> pieces;

    InlineMap(List<Piece> pieces) {
        this.pieces = pieces;
        this.starts = new long[pieces.size() + 1];
        for (int i = 0; i < pieces.size(); i++) {
            starts[i + 1] = starts[i] + pieces.get(i).length();
        }
    }

    @Override
    public LayerMap.Stretch at(long offset, TransferContext context) throws PluginException {
        int at = Arrays.binarySearch(starts, offset);
        int number = at >= 0 ? at : -at - 2;
        if (number < 0 || number >= pieces.size()) {
            throw Decoder.damaged("A content", "it has nothing at offset " + offset);
        }
        Piece piece = pieces.get(number);
        long skip = offset - starts[number];
        return new LayerMap.Stretch(offset, skip == 0 ? piece : piece.slice(skip, piece.length() - skip));
    }
}
