package io.holdfast.core.security;

import java.time.Instant;
import java.util.Set;

/**
 * A user as others may see it.
 *
 * @param name unique, 1 to 64 characters of {@code a-z0-9._-}
 * @param roles what the user is trusted with
 * @param active whether logging in is allowed
 * @param created since when
 */
public record Account(String name, Set<Role> roles, boolean active, Instant created) {

    /** Copies the roles. */
    public Account {
        roles = Set.copyOf(roles);
    }
}
