package io.holdfast.access.model;

import io.holdfast.core.catalog.Health;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether something outside can be used, as it was when it was last tried.
 *
 * @param state what was found
 * @param message why; empty if there is nothing to say
 * @param checked when; absent if never
 */
public record ConnectionHealthDto(
        Health.State state, String message, @Nullable Instant checked) {

    /** As the catalogue has it. */
    static ConnectionHealthDto of(Health health) {
        return new ConnectionHealthDto(health.state(), health.message(), health.checked());
    }
}
