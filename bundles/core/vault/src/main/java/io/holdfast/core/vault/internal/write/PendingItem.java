package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.internal.manifest.Listing;
import io.holdfast.core.vault.internal.manifest.Piece;
import io.holdfast.spi.source.ItemChange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An item between the feed and the listing. */
final class PendingItem {

    final ItemChange change;
    final byte[] id;
    byte @Nullable [] signature;
    volatile boolean dropped;
    private volatile List<Piece> pieces = List.of();
    private volatile long contentLength;

    PendingItem(ItemChange change, byte[] id) {
        this.change = change;
        this.id = id;
    }

    void done(List<Piece> content, long length) {
        contentLength = length;
        pieces = content;
    }

    void drop() {
        dropped = true;
    }

    List<Piece> pieces() {
        return pieces;
    }

    Listing.Item listed() {
        return new Listing.Item(
                change.id(),
                change.path(),
                change.version(),
                change.attributes(),
                change.deleted() ? 0 : change.metadata().length,
                contentLength);
    }
}
