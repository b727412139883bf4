package io.holdfast.access.model;

import java.util.List;

/**
 * What becomes of a user.
 *
 * @param roles all roles
 * @param active whether logging in is allowed
 */
public record UserUpdate(List<String> roles, boolean active) {}
