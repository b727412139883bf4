package io.holdfast.access.cli.offline;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.DestinationType;
import io.holdfast.spi.strategy.StrategyType;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Function;

/** The kinds of destinations and strategies on the class path, listed in {@code META-INF/services}. */
final class Plugins {

    private Plugins() {}

    static DestinationType destination(String id) throws PluginException {
        return find(DestinationType.class, DestinationType::id, id, "destination");
    }

    static StrategyType strategy(String id) throws PluginException {
        return find(StrategyType.class, StrategyType::id, id, "strategy");
    }

    private static <T> T find(Class<T> service, Function<T, String> id, String wanted, String what)
            throws PluginException {
        List<T> all = ServiceLoader.load(service).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        for (T type : all) {
            if (id.apply(type).equals(wanted)) {
                return type;
            }
        }
        throw new PluginException(
                ErrorKind.INVALID_CONFIG,
                "there is no " + what + " of the kind '" + wanted + "' here, only "
                        + all.stream().map(id).sorted().toList() + "; put its jar into deploy/ of the distribution");
    }
}
