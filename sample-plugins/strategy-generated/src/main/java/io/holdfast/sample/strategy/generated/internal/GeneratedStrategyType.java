package io.holdfast.sample.strategy.generated.internal;

import io.holdfast.spi.context.PluginContext;
import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.SettingKind;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.spi.strategy.StrategyType;
import org.osgi.service.component.annotations.Component;

/** The kind {@code generated-sample}. */
@Component(service = StrategyType.class)
public final class GeneratedStrategyType implements StrategyType {

    private static final SettingsSchema SCHEMA = SettingsSchema.of(
            Setting.of("instances", SettingKind.INTEGER, "Instances", "How many instances there are. Default: 3.")
                    .withDefault("3")
                    .withRange(1, 100_000),
            Setting.of("diskSize", SettingKind.SIZE, "Disk size", "The size of each instance's disk. Default: 64 MiB.")
                    .withDefault("64 MiB")
                    .withRange(4096, 1L << 44),
            Setting.of("files", SettingKind.INTEGER, "Files", "How many files each instance's tree has. Default: 100.")
                    .withDefault("100")
                    .withRange(0, 10_000_000),
            Setting.of("fileSize", SettingKind.SIZE, "File size", "The size of the largest file. Default: 64 KiB.")
                    .withDefault("64 KiB")
                    .withRange(1, 1L << 40),
            Setting.of(
                            "dailyChange",
                            SettingKind.INTEGER,
                            "Daily change",
                            "How many percent of the blocks and files change from one day to the next. Default: 2.")
                    .withDefault("2")
                    .withRange(0, 100),
            Setting.of("seed", SettingKind.INTEGER, "Seed", "Other seeds give other data. Default: 1.")
                    .withDefault("1"));

    @Override
    public String id() {
        return "generated-sample";
    }

    @Override
    public String displayName() {
        return "Generated data (sample)";
    }

    @Override
    public SettingsSchema schema() {
        return SCHEMA;
    }

    @Override
    public Strategy connect(Settings settings, PluginContext context) {
        return new GeneratedStrategy(Shape.from(settings));
    }
}
