package io.holdfast.access.model;

import java.util.List;

/**
 * Whether the appliance can work.
 *
 * @param status the whole in one word
 * @param version of the product
 * @param checks what was looked at
 */
public record HealthDto(Status status, String version, List<CheckDto> checks) {

    /** The whole in one word. */
    public enum Status {
        /** Everything works. */
        READY,
        /** It works, but something needs attention. */
        DEGRADED,
        /** Parts are still starting. */
        STARTING,
        /** It cannot work until somebody does what the failed check says. */
        FAILED
    }
}
