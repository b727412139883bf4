package io.holdfast.core.security;

/**
 * A token that was just made. The only time that its secret is seen.
 *
 * @param token what it is
 * @param secret what to present as {@code Authorization: Bearer}; {@code holdfast_} and 54 letters and digits
 */
public record IssuedToken(Token token, String secret) {

    @Override
    public String toString() {
        return "IssuedToken[" + token + "]";
    }
}
