package io.holdfast.core.security.internal;

import io.holdfast.core.catalog.ApiToken;
import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.security.IssuedToken;
import io.holdfast.core.security.Token;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tokens: {@code holdfast_}, 22 characters that are the id, 32 that are the secret. The secret has 190 random bits, so a plain
 * SHA-256 of it can be stored: there is nothing to guess.
 */
final class Tokens {

    private static final String PREFIX = "holdfast_";
    private static final int ID = 22;
    private static final int SECRET = 32;
    private static final Pattern FORM = Pattern.compile(PREFIX + "[A-Za-z0-9]{" + (ID + SECRET) + "}");

    private final Catalog catalog;
    private final Clock clock;
    private final SecureRandom random;

    Tokens(Catalog catalog, Clock clock, SecureRandom random) {
        this.catalog = catalog;
        this.clock = clock;
        this.random = random;
    }

    IssuedToken create(String userName, String description, @Nullable Instant expires) {
        String id = RandomText.of(ID, random);
        String secret = PREFIX + id + RandomText.of(SECRET, random);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Instant end = expires == null ? null : expires.truncatedTo(ChronoUnit.MILLIS);
        ApiToken stored = new ApiToken(id, userName, description, digest(secret), now, end);
        catalog.tokens().add(stored);
        return new IssuedToken(shown(stored), secret);
    }

    /** The token that a secret stands for, if it is one and has not expired. */
    Optional<ApiToken> find(String secret) {
        if (!FORM.matcher(secret).matches()) {
            return Optional.empty();
        }
        String id = secret.substring(PREFIX.length(), PREFIX.length() + ID);
        return catalog.tokens()
                .find(id)
                .filter(token -> MessageDigest.isEqual(
                        token.secretHash().getBytes(StandardCharsets.US_ASCII),
                        digest(secret).getBytes(StandardCharsets.US_ASCII)))
                .filter(token -> token.expires() == null || clock.instant().isBefore(token.expires()));
    }

    List<Token> list(@Nullable String userName) {
        List<Token> all = new ArrayList<>();
        long total;
        do {
            var page = catalog.tokens().list(new PageRequest(all.size(), PageRequest.MAX_LIMIT));
            page.items().forEach(token -> all.add(shown(token)));
            total = page.items().isEmpty() ? 0 : page.total();
        } while (all.size() < total);
        return all.stream()
                .filter(token -> userName == null || token.userName().equals(userName))
                .sorted(Comparator.comparing(Token::created).thenComparing(Token::id))
                .toList();
    }

    void revoke(String id) {
        catalog.tokens().remove(id);
    }

    private static Token shown(ApiToken token) {
        return new Token(token.id(), token.userName(), token.description(), token.created(), token.expires());
    }

    private static String digest(String secret) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
