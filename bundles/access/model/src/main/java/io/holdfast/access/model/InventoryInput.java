package io.holdfast.access.model;

import org.jspecify.annotations.Nullable;

/**
 * What to look for on a provider.
 *
 * @param externalId one instance to add by its name, such as a path; absent to find all
 */
public record InventoryInput(@Nullable String externalId) {}
