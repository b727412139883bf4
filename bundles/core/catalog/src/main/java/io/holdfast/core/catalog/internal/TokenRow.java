package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.ApiToken;
import java.time.Instant;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;
import org.jspecify.annotations.Nullable;

/** A token. */
@Entity(name = "Token")
@Table(name = "tokens")
class TokenRow implements Row<ApiToken> {

    @Id
    String id = "";

    @Column(name = "user_name")
    String userName = "";

    String description = "";

    @Column(name = "secret_hash")
    String secretHash = "";

    long created;

    @Nullable
    Long expires;

    @Override
    public void set(ApiToken item) {
        id = Columns.key("id", item.id(), Columns.ID);
        userName = Columns.key("userName", item.userName(), Columns.ID);
        description = Columns.exact("description", item.description(), Columns.NAME);
        secretHash = Columns.exact("secretHash", item.secretHash(), 512);
        created = Columns.exactMillis(item.created());
        expires = Columns.millis(item.expires());
    }

    @Override
    public ApiToken toRecord() {
        return new ApiToken(
                id, userName, description, secretHash, Instant.ofEpochMilli(created), Columns.time(expires));
    }
}
