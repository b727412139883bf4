package io.holdfast.testkit.fake;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.PluginContext;
import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.SettingKind;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.spi.strategy.StrategyType;

/** The kind {@code fake-hypervisor}. */
public final class FakeHypervisorType implements StrategyType {

    private static final SettingsSchema RESTORE = SettingsSchema.of(
            Setting.of("name", SettingKind.STRING, "Name", "The restored machine's name. Default: its old one."),
            Setting.of("replace", SettingKind.BOOLEAN, "Replace", "Whether a machine of that name is replaced.")
                    .withDefault("false"));

    private final FakeHypervisor hypervisor;

    /** The way to that hypervisor. */
    public FakeHypervisorType(FakeHypervisor hypervisor) {
        this.hypervisor = hypervisor;
    }

    @Override
    public String id() {
        return "fake-hypervisor";
    }

    @Override
    public String displayName() {
        return "Fake hypervisor (tests)";
    }

    @Override
    public SettingsSchema schema() {
        return SettingsSchema.of();
    }

    @Override
    public SettingsSchema restoreSchema() {
        return RESTORE;
    }

    @Override
    public SettingsSchema instantSchema() {
        return SettingsSchema.of(Setting.of("name", SettingKind.STRING, "Name", "Name of the machine."));
    }

    @Override
    public Strategy connect(Settings settings, PluginContext context) throws PluginException {
        hypervisor.perform(FakeHypervisor.Operation.CONNECT);
        return new FakeStrategy(hypervisor, context.clock());
    }
}
