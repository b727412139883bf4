package io.holdfast.core.catalog;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A token that stands for a user.
 *
 * @param id unique, shown in lists
 * @param userName whose
 * @param description what it is for
 * @param secretHash as the security bundle made it; never leaves the server
 * @param created since when
 * @param expires until when; null for ever
 */
public record ApiToken(
        String id,
        String userName,
        String description,
        String secretHash,
        Instant created,
        @Nullable Instant expires) {}
