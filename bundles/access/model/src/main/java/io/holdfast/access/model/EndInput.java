package io.holdfast.access.model;

/**
 * An instant recovery to be ended.
 *
 * @param mode what becomes of the instance
 */
public record EndInput(EndMode mode) {}
