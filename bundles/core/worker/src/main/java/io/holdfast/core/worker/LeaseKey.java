package io.holdfast.core.worker;

/**
 * Identifies one lease of one task. Whoever speaks with the key of an old lease is refused.
 *
 * @param taskId which task
 * @param token which lease of it
 */
public record LeaseKey(String taskId, String token) {}
