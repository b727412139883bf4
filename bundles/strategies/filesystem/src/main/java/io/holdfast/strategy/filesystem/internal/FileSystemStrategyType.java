package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.PluginContext;
import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.SettingKind;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.spi.strategy.StrategyType;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** The storage provider "File system": directories of this node. */
@Component(service = StrategyType.class)
public final class FileSystemStrategyType implements StrategyType {

    static final SettingsSchema SCHEMA = SettingsSchema.of(Setting.of(
                    "roots",
                    SettingKind.PATH,
                    "Roots",
                    "Absolute paths; directories in them, or they themselves, can be backed up and restored to. Default /, which is"
                            + " everything.")
            .asList()
            .withDefault("/"));

    @Override
    public String id() {
        return "filesystem";
    }

    @Override
    public String displayName() {
        return "File system";
    }

    @Override
    public SettingsSchema schema() {
        return SCHEMA;
    }

    @Override
    public SettingsSchema instanceSchema() {
        return InstanceOptions.SCHEMA;
    }

    @Override
    public SettingsSchema restoreSchema() {
        return RestoreOptions.SCHEMA;
    }

    @Override
    public boolean discovers() {
        return false;
    }

    @Override
    public Strategy connect(Settings settings, PluginContext context) throws PluginException {
        List<byte[]> roots = new ArrayList<>();
        for (String root : settings.values("roots")) {
            roots.add(InstancePath.literal(root));
        }
        if (roots.isEmpty()) {
            roots.add(InstancePath.literal("/"));
        }
        Kernel kernel = Kernel.load();
        return new FileSystemStrategy(kernel, new InstanceLocator(kernel, roots), Capabilities.ofThisProcess());
    }
}
