package io.holdfast.access.model;

import io.holdfast.core.security.Token;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A token that stands for a user.
 *
 * @param id for lists; not the secret
 * @param userName whose
 * @param description what it is for
 * @param created since when
 * @param expires until when; absent for ever
 */
public record TokenDto(
        String id,
        String userName,
        String description,
        Instant created,
        @Nullable Instant expires) {

    /** A token as lists show it. */
    public static TokenDto of(Token t) {
        return new TokenDto(t.id(), t.userName(), t.description(), t.created(), t.expires());
    }
}
