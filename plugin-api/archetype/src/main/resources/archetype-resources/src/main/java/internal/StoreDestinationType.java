package ${package}.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.PluginContext;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.DestinationType;
import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.SettingKind;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Component;

/**
 * The kind {@code ${pluginId}}. This class is all that the appliance sees at first: registered as a service, it makes the kind
 * available; when the bundle goes, so does everything that was kept.
 */
@Component(service = DestinationType.class)
public final class StoreDestinationType implements DestinationType {

    private static final SettingsSchema SCHEMA = SettingsSchema.of(
            Setting.of(
                            "space",
                            SettingKind.STRING,
                            "Space",
                            "Which space; destinations of one space share their objects.")
                    .withDefault("default"),
            Setting.of("limit", SettingKind.SIZE, "Limit", "How many bytes the space holds. Default: 256 MiB.")
                    .withDefault("256 MiB")
                    .withRange(0, 64L << 30));

    /** By name; a space lives as long as this component. */
    private final Map<String, Space> spaces = new ConcurrentHashMap<>();

    @Override
    public String id() {
        return "${pluginId}";
    }

    @Override
    public String displayName() {
        return "${pluginName}";
    }

    @Override
    public SettingsSchema schema() {
        return SCHEMA;
    }

    @Override
    public void initialize(Settings settings, PluginContext context) throws PluginException {
        String name = settings.text("space");
        Space space = spaces.computeIfAbsent(name, n -> new Space(context.applianceId()));
        if (!space.owner().equals(context.applianceId())) {
            throw new PluginException(
                    ErrorKind.ALREADY_EXISTS, "space '" + name + "' belongs to another appliance; choose another name");
        }
    }

    @Override
    public Destination open(Settings settings, PluginContext context) throws PluginException {
        String name = settings.text("space");
        Space space = spaces.get(name);
        if (space == null || !space.owner().equals(context.applianceId())) {
            throw new PluginException(
                    ErrorKind.NOT_FOUND,
                    "space '" + name + "' is gone: memory does not survive a restart; add the destination again");
        }
        return new StoreDestination(name, space, settings.size("limit"));
    }
}
