package io.holdfast.access.model;

import io.holdfast.core.plugins.PluginKind;
import io.holdfast.core.plugins.PluginRegistry;
import java.util.List;

/**
 * What can be connected to.
 *
 * @param strategies kinds of providers
 * @param destinations kinds of destinations
 */
public record PluginsDto(List<StrategyTypeDto> strategies, List<DestinationTypeDto> destinations) {

    /** What is installed now. */
    public static PluginsDto of(PluginRegistry plugins) {
        return new PluginsDto(
                plugins.list(PluginKind.STRATEGY).stream()
                        .map(StrategyTypeDto::of)
                        .toList(),
                plugins.list(PluginKind.DESTINATION).stream()
                        .map(DestinationTypeDto::of)
                        .toList());
    }
}
