package io.holdfast.core.plugins.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.plugins.DestinationOptions;
import io.holdfast.core.plugins.PluginDescription;
import io.holdfast.core.plugins.PluginKind;
import io.holdfast.core.plugins.PluginRegistry.Subscription;
import io.holdfast.core.plugins.PluginUse;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.PluginContext;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.DestinationType;
import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.SettingKind;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.spi.strategy.StrategyType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Plugins that come and go. */
class PluginRegistryTest {

    private static final SettingsSchema SCHEMA =
            SettingsSchema.of(Setting.of("path", SettingKind.PATH, "Path", "Where."));

    private final PluginRegistryComponent registry =
            new PluginRegistryComponent(new PluginRegistryComponent.Settings(Duration.ofSeconds(10)));

    @Test
    void what_is_installed_is_listed_with_its_bundle() {
        registry.addDestination(new Kept("s3"), "io.holdfast.destination.s3", "1.0.0");
        registry.addDestination(new Kept("filesystem"), "io.holdfast.destination.filesystem", "1.2.0");
        registry.addStrategy(new Exported("libvirt"), "io.holdfast.strategy.libvirt", "2.0.0");

        assertThat(registry.list()).extracting(PluginDescription::id).containsExactly("libvirt", "filesystem", "s3");
        assertThat(registry.list(PluginKind.DESTINATION)).hasSize(2);
        PluginDescription description =
                registry.find(PluginKind.DESTINATION, "filesystem").orElseThrow();
        assertThat(description.schema()).isEqualTo(DestinationOptions.with(SCHEMA));
        assertThat(description.schema().setting(DestinationOptions.PARITY)).isPresent();
        assertThat(description.bundleName()).isEqualTo("io.holdfast.destination.filesystem");
        assertThat(description.bundleVersion()).isEqualTo("1.2.0");
        assertThat(registry.find(PluginKind.STRATEGY, "filesystem")).isEmpty();
    }

    @Test
    void an_unknown_id_is_answered_with_what_is_installed() {
        assertThatThrownBy(() -> registry.useStrategy("libvirt", () -> {})).hasMessageContaining("none is");
        registry.addStrategy(new Exported("ovirt"), "b", "1");
        registry.addStrategy(new Exported("libvirt"), "b", "1");
        assertThatThrownBy(() -> registry.describe(PluginKind.STRATEGY, "kvm\u0007" + "x".repeat(1_000)))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNSUPPORTED))
                .hasMessageContaining("installed are libvirt, ovirt")
                .hasMessageContaining("kvm?")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
    }

    @Test
    void of_two_with_one_id_the_first_is_used_until_it_leaves() throws Exception {
        Kept first = new Kept("s3");
        Kept second = new Kept("s3");
        registry.addDestination(first, "a", "1");
        registry.addDestination(second, "b", "2");
        assertThat(typeOf("s3")).isSameAs(first);

        registry.destinationLeaves(first);
        assertThat(typeOf("s3")).isSameAs(second);
        assertThat(registry.describe(PluginKind.DESTINATION, "s3").bundleName()).isEqualTo("b");

        registry.destinationLeaves(second);
        assertThat(registry.list()).isEmpty();
    }

    @Test
    void a_duplicate_that_leaves_disturbs_nobody() throws Exception {
        Kept first = new Kept("s3");
        Kept second = new Kept("s3");
        registry.addDestination(first, "a", "1");
        registry.addDestination(second, "b", "2");
        try (PluginUse<DestinationType> use = registry.useDestination("s3", () -> {
            throw new AssertionError("must not be told");
        })) {
            registry.destinationLeaves(second);
            assertThat(use.departed()).isFalse();
        }
    }

    @Test
    void who_uses_a_plugin_is_told_once_and_the_departure_waits_for_the_end() throws Exception {
        Exported plugin = new Exported("libvirt");
        registry.addStrategy(plugin, "b", "1");
        CountDownLatch cancelled = new CountDownLatch(1);
        AtomicInteger told = new AtomicInteger();
        PluginUse<StrategyType> use = registry.useStrategy("libvirt", () -> {
            told.incrementAndGet();
            cancelled.countDown();
        });
        CountDownLatch left = new CountDownLatch(1);
        Thread stopper = new Thread(() -> {
            registry.strategyLeaves(plugin);
            left.countDown();
        });
        stopper.start();

        assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(left.await(50, TimeUnit.MILLISECONDS)).isFalse();
        assertThat(use.departed()).isTrue();
        // the task cleans up through the plugin that still works
        assertThat(use.type().id()).isEqualTo("libvirt");
        use.close();
        use.close();

        assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(told).hasValue(1);
    }

    @Test
    void a_task_that_does_not_end_does_not_hold_a_plugin_for_ever() throws Exception {
        PluginRegistryComponent hasty =
                new PluginRegistryComponent(new PluginRegistryComponent.Settings(Duration.ofMillis(20)));
        Exported plugin = new Exported("libvirt");
        hasty.addStrategy(plugin, "b", "1");
        PluginUse<StrategyType> use = hasty.useStrategy("libvirt", () -> {
            throw new IllegalStateException("a defect in the caller");
        });
        hasty.strategyLeaves(plugin);
        assertThat(use.departed()).isTrue();
        assertThat(hasty.list()).isEmpty();
        use.close();
    }

    @Test
    void a_use_that_has_ended_is_not_told() throws Exception {
        Exported plugin = new Exported("libvirt");
        registry.addStrategy(plugin, "b", "1");
        PluginUse<StrategyType> use = registry.useStrategy("libvirt", () -> {
            throw new AssertionError("must not be told");
        });
        use.close();
        registry.strategyLeaves(plugin);
        assertThat(use.departed()).isFalse();
    }

    @Test
    void listeners_hear_of_arrivals_and_departures_until_they_close() {
        List<String> heard = new ArrayList<>();
        registry.subscribe((plugin, installed) -> {
            throw new IllegalStateException("a defect in another listener");
        });
        Subscription subscription = registry.subscribe((plugin, installed) -> heard.add(plugin.id() + installed));
        Kept plugin = new Kept("s3");
        registry.addDestination(plugin, "b", "1");
        registry.destinationLeaves(plugin);
        subscription.close();
        registry.addDestination(plugin, "b", "1");
        assertThat(heard).containsExactly("s3true", "s3false");
    }

    @Test
    void a_plugin_that_cannot_say_who_it_is_is_left_out() {
        registry.addDestination(new Kept("S3 with spaces"), "b", "1");
        registry.addDestination(new Kept(null), "b", "1");
        registry.addDestination(
                new Kept("broken") {
                    @Override
                    public SettingsSchema schema() {
                        throw new NoClassDefFoundError("something");
                    }
                },
                "b",
                "1");
        registry.addDestination(
                new Kept("empty") {
                    @Override
                    public SettingsSchema schema() {
                        return null;
                    }
                },
                "b",
                "1");
        registry.destinationLeaves(new Kept("never-came"));
        assertThat(registry.list()).isEmpty();
    }

    private DestinationType typeOf(String id) throws PluginException {
        try (PluginUse<DestinationType> use = registry.useDestination(id, () -> {})) {
            return use.type();
        }
    }

    private static class Kept implements DestinationType {
        private final String id;

        Kept(String id) {
            this.id = id;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public String displayName() {
            return id;
        }

        @Override
        public SettingsSchema schema() {
            return SCHEMA;
        }

        @Override
        public Destination open(Settings settings, PluginContext context) {
            throw new UnsupportedOperationException();
        }
    }

    private static final class Exported implements StrategyType {
        private final String id;

        Exported(String id) {
            this.id = id;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public String displayName() {
            return id;
        }

        @Override
        public SettingsSchema schema() {
            return SCHEMA;
        }

        @Override
        public Strategy connect(Settings settings, PluginContext context) {
            throw new UnsupportedOperationException();
        }
    }
}
