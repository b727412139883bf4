package io.holdfast.access.model;

import org.jspecify.annotations.Nullable;

/**
 * What somebody says to a request.
 *
 * @param message why, at most 1,000 characters
 */
public record DecisionInput(@Nullable String message) {}
