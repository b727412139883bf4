package io.holdfast.itests.plugin;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.PluginContext;
import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.SettingKind;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.spi.strategy.StrategyType;
import java.nio.file.Path;
import org.osgi.service.component.annotations.Component;

/** The provider type {@code gated}. */
@Component(service = StrategyType.class)
public final class GatedStrategyType implements StrategyType {

    @Override
    public String id() {
        return "gated";
    }

    @Override
    public String displayName() {
        return "Gated stream";
    }

    @Override
    public SettingsSchema schema() {
        return SettingsSchema.of(
                Setting.of("directory", SettingKind.PATH, "Directory", "Where the gate and its traces are.")
                        .asRequired());
    }

    @Override
    public SettingsSchema restoreSchema() {
        return SettingsSchema.of(Setting.of("target", SettingKind.PATH, "Target", "The file to restore to.")
                .asRequired());
    }

    @Override
    public boolean discovers() {
        return false;
    }

    @Override
    public Strategy connect(Settings settings, PluginContext context) throws PluginException {
        return new GatedStrategy(new Gate(Path.of(settings.text("directory"))));
    }
}
