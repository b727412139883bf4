package io.holdfast.access.model;

/**
 * One thing that was looked at.
 *
 * @param name what
 * @param status how it is
 * @param message why, and what to do; empty if there is nothing to say
 */
public record CheckDto(String name, HealthDto.Status status, String message) {}
