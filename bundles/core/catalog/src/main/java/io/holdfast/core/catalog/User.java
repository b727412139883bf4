package io.holdfast.core.catalog;

import java.time.Instant;
import java.util.Set;

/**
 * Somebody who may log in.
 *
 * @param name unique, 1 to 64 characters of {@code a-z0-9._-}
 * @param passwordHash as the security bundle made it; never leaves the server
 * @param roles names of roles
 * @param active whether logging in is allowed
 * @param created since when
 */
public record User(String name, String passwordHash, Set<String> roles, boolean active, Instant created) {}
