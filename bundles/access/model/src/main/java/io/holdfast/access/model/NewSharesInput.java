package io.holdfast.access.model;

/**
 * A new set of recovery shares.
 *
 * @param threshold how many of them open the vault, at least 2
 * @param count how many there are, at most 64
 */
public record NewSharesInput(int threshold, int count) {}
