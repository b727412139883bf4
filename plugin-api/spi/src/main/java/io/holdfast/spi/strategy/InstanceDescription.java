package io.holdfast.spi.strategy;

import java.util.Map;

/**
 * One thing that can be protected, as the provider describes it.
 *
 * @param externalId the provider's stable id: a UUID, an absolute path, 1 to 1,024 characters
 * @param name what people call it, 1 to 255 characters; not necessarily unique
 * @param kind what it is, in the field's word: {@code machine}, {@code directory}, {@code mailbox}, ...
 * @param sizeBytes about how large it is, -1 if unknown
 * @param labels tags and groups for policies to select by; keys and values at most 255 characters
 */
public record InstanceDescription(
        String externalId, String name, String kind, long sizeBytes, Map<String, String> labels) {

    /** Copies the labels. */
    public InstanceDescription {
        labels = Map.copyOf(labels);
    }
}
