package io.holdfast.itests.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.itests.plugin.GatedStrategyType;
import io.holdfast.itests.probe.WiringProbe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundles that the tests make are what they should be. */
class TestBundleTest {

    @TempDir
    private Path directory;

    private JarFile made(Class<?> sample, String... headers) throws IOException {
        TestBundle.of(sample, directory, List.of(headers));
        return new JarFile(directory.resolve(sample.getPackageName() + ".jar").toFile());
    }

    @Test
    void a_plugin_has_its_component_and_imports_only_the_interfaces_of_plugins() throws IOException {
        try (JarFile jar = made(GatedStrategyType.class, "-dsannotations: *")) {
            var manifest = jar.getManifest().getMainAttributes();

            assertThat(manifest.getValue("Service-Component")).contains("GatedStrategyType");
            assertThat(manifest.getValue("Import-Package"))
                    .contains("io.holdfast.spi.strategy")
                    .doesNotContain("core");
            assertThat(manifest.getValue("Export-Package")).isNull();
        }
    }

    @Test
    void the_probe_has_its_activator() throws IOException {
        try (JarFile jar = made(WiringProbe.class, "Bundle-Activator: " + WiringProbe.class.getName())) {
            assertThat(jar.getManifest().getMainAttributes().getValue("Bundle-Activator"))
                    .isEqualTo(WiringProbe.class.getName());
        }
    }
}
