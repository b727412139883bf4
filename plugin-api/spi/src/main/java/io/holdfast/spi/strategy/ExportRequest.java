package io.holdfast.spi.strategy;

import io.holdfast.spi.settings.Settings;
import java.util.Optional;

/**
 * What is to be exported.
 *
 * @param instance what, as inventory or an administrator described it
 * @param settings the instance's settings, checked against the type's instance schema
 * @param previous the token of the last committed backup in this chain; empty if everything is to be read. A token that
 *     is of no use any more is a reason for a full read, told by the session, not an error
 * @param superseded the token of the last committed backup in this chain, also if everything is to be read: what it
 *     holds on the provider is of no use once this export is {@link ExportSession#committed committed}
 */
public record ExportRequest(
        InstanceDescription instance,
        Settings settings,
        Optional<ChangeToken> previous,
        Optional<ChangeToken> superseded) {

    /** A request that replaces what it continues. */
    public ExportRequest(InstanceDescription instance, Settings settings, Optional<ChangeToken> previous) {
        this(instance, settings, previous, previous);
    }
}
