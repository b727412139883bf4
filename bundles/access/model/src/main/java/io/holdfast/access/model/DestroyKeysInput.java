package io.holdfast.access.model;

/**
 * That the keys of a vault are really to be destroyed.
 *
 * @param name the name of the destination, typed again
 */
public record DestroyKeysInput(String name) {}
