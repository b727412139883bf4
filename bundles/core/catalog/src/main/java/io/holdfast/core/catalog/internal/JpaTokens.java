package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.ApiToken;
import io.holdfast.core.catalog.Catalog.TokenRepository;
import io.holdfast.spi.ErrorKind;
import java.time.Instant;

/** Tokens. */
final class JpaTokens extends JpaRepository<ApiToken, TokenRow> implements TokenRepository {

    JpaTokens(Transactions transactions) {
        super(
                transactions,
                new Kind<>(TokenRow.class, TokenRow::new, "token", ApiToken::id, ApiToken::id, null, "e.id"));
    }

    @Override
    public int removeExpiredBefore(Instant time) {
        long before = Columns.exactMillis(time);
        return transactions.write("removing expired tokens", ErrorKind.CONFLICT, manager -> manager.createQuery(
                        "DELETE FROM Token e WHERE e.expires < :before")
                .setParameter("before", before)
                .executeUpdate());
    }
}
