package io.holdfast.access.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A token to make.
 *
 * @param description what it is for, 1 to 255 characters
 * @param expires until when; for ever if absent
 */
public record TokenInput(String description, @Nullable Instant expires) {}
