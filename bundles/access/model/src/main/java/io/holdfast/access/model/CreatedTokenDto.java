package io.holdfast.access.model;

import io.holdfast.core.security.IssuedToken;

/**
 * A token that was made.
 *
 * @param secret to be sent as {@code Authorization: Bearer}; never shown again
 * @param token what lists show of it
 */
public record CreatedTokenDto(String secret, TokenDto token) {

    /** A token that was just made. */
    public static CreatedTokenDto of(IssuedToken t) {
        return new CreatedTokenDto(t.secret(), TokenDto.of(t.token()));
    }

    @Override
    public String toString() {
        return "CreatedTokenDto[" + token + "]";
    }
}
