package io.holdfast.access.model;

import io.holdfast.core.security.Token;
import java.util.List;

/**
 * Tokens.
 *
 * @param items the tokens, oldest first
 */
public record TokensDto(List<TokenDto> items) {

    /** Tokens as lists show them. */
    public static TokensDto of(List<Token> tokens) {
        return new TokensDto(tokens.stream().map(TokenDto::of).toList());
    }
}
