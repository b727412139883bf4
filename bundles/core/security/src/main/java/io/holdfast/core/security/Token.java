package io.holdfast.core.security;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A token as it is shown in lists: everything but the secret.
 *
 * @param id unique
 * @param userName whom it stands for
 * @param description what it is for
 * @param created since when
 * @param expires until when; null for ever
 */
public record Token(
        String id,
        String userName,
        String description,
        Instant created,
        @Nullable Instant expires) {}
