package io.holdfast.core.catalog;

import java.util.List;
import java.util.Map;

/**
 * An endpoint that instances live on.
 *
 * @param id unique, made by the core
 * @param type id of the strategy type
 * @param name unique among providers, 1 to 255 characters
 * @param settings values by name; secrets are sealed by the security bundle
 * @param health what the last test or inventory found
 */
public record Provider(String id, String type, String name, Map<String, List<String>> settings, Health health) {}
