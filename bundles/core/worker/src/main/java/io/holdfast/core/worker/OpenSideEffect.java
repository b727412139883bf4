package io.holdfast.core.worker;

import java.util.Map;

/**
 * Something that a task announced on a provider and that may still be there.
 *
 * @param id the journal's id
 * @param kind the strategy's word for it
 * @param details how to find it
 */
public record OpenSideEffect(String id, String kind, Map<String, String> details) {

    /** Copies the details. */
    public OpenSideEffect {
        details = Map.copyOf(details);
    }
}
