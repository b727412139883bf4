package io.holdfast.core.inventory;

import io.holdfast.core.catalog.Health;

/**
 * A provider as administrators see it.
 *
 * @param id unique
 * @param type id of the strategy type
 * @param typeInstalled whether that strategy is installed now; if not, every setting is shown as a secret
 * @param name unique among providers
 * @param settings without secrets
 * @param health what the last test or inventory found
 */
public record ProviderInfo(
        String id, String type, boolean typeInstalled, String name, ShownSettings settings, Health health) {}
