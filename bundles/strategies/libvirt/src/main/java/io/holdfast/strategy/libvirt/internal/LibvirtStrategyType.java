package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.PluginContext;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.spi.strategy.StrategyType;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** The provider "KVM host (libvirt)". */
@Component(service = StrategyType.class)
public final class LibvirtStrategyType implements StrategyType {

    @Override
    public String id() {
        return "libvirt";
    }

    @Override
    public String displayName() {
        return "KVM host (libvirt)";
    }

    @Override
    public SettingsSchema schema() {
        return ProviderOptions.SCHEMA;
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
    public SettingsSchema instantSchema() {
        return InstantOptions.SCHEMA;
    }

    @Override
    public SettingsSchema proofSchema() {
        return ProofOptions.SCHEMA;
    }

    @Override
    public Strategy connect(Settings settings, PluginContext context) throws PluginException {
        String scratch = settings.text("scratchDirectory");
        if (!scratch.startsWith("/")) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG, "the scratch directory must be absolute (setting scratchDirectory)");
        }
        String directory = scratch.replaceAll("/+$", "");
        List<Hosts.Member> members = new ArrayList<>();
        ProviderOptions.connect(settings)
                .forEach((name, host) -> members.add(
                        new Hosts.Member(name, Provider.of(host, settings.text("uri"), directory, context))));
        return new LibvirtStrategy(new Hosts(members));
    }
}
