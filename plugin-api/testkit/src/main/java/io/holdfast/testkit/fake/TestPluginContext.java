package io.holdfast.testkit.fake;

import io.holdfast.spi.context.PluginContext;
import java.nio.file.Path;
import java.time.Clock;

/**
 * What a plugin is opened with.
 *
 * @param clock the time
 * @param applianceId whose the plugin's things are
 * @param stateDirectory an existing directory
 */
public record TestPluginContext(Clock clock, String applianceId, Path stateDirectory) implements PluginContext {

    /** The context of the appliance {@code appliance-1}, with the system's clock. */
    public static TestPluginContext in(Path stateDirectory) {
        return new TestPluginContext(Clock.systemUTC(), "appliance-1", stateDirectory);
    }

    /** The same for another appliance. */
    public TestPluginContext ofAppliance(String other) {
        return new TestPluginContext(clock, other, stateDirectory);
    }
}
