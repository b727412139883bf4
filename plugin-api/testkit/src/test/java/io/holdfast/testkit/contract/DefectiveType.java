package io.holdfast.testkit.contract;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.PluginContext;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.spi.strategy.StrategyType;
import java.util.function.UnaryOperator;

/** A good type whose connections get a defect. */
final class DefectiveType implements StrategyType {

    private final StrategyType good;
    private final UnaryOperator<Strategy> defect;

    DefectiveType(StrategyType good, UnaryOperator<Strategy> defect) {
        this.good = good;
        this.defect = defect;
    }

    @Override
    public String id() {
        return "defective";
    }

    @Override
    public String displayName() {
        return "Defective";
    }

    @Override
    public SettingsSchema schema() {
        return good.schema();
    }

    @Override
    public SettingsSchema restoreSchema() {
        return good.restoreSchema();
    }

    @Override
    public Strategy connect(Settings settings, PluginContext context) throws PluginException {
        return defect.apply(good.connect(settings, context));
    }
}
