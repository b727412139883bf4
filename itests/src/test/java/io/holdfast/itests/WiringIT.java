package io.holdfast.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.itests.harness.ApplianceExtension;
import io.holdfast.itests.harness.TestBundle;
import io.holdfast.itests.probe.WiringProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The arrows of the architecture, read from the wirings of a running container. */
class WiringIT {

    private static final String OURS = "io.holdfast.";
    private static final String PROBE = WiringProbe.class.getPackageName();
    private static final int ACTIVE = 32;

    /** Which role may see which. Nobody sees a plugin. */
    private static final Map<String, Set<String>> ALLOWED = Map.of(
            "spi", Set.of("lib"),
            "lib", Set.of("lib"),
            "core", Set.of("core", "spi", "lib"),
            "access", Set.of("access", "core", "spi", "lib"),
            "transport", Set.of("transport", "spi", "lib"),
            "strategy", Set.of("spi", "transport", "lib"),
            "connector", Set.of("spi", "transport", "lib"),
            "destination", Set.of("spi", "lib"),
            "sample", Set.of("spi", "lib"));

    @RegisterExtension
    static final ApplianceExtension APPLIANCE = ApplianceExtension.standard();

    private static final List<Wire> WIRES = new ArrayList<>();
    private static final Set<String> NOT_ACTIVE = new TreeSet<>();
    private static final Set<String> BUNDLES = new TreeSet<>();

    /** One package that one of our bundles takes from another. */
    private record Wire(String importer, String packageName, String exporter) {
        @Override
        public String toString() {
            return importer + " -> " + exporter + " (" + packageName + ")";
        }
    }

    @BeforeAll
    static void given_what_a_probe_saw_in_the_container_beside_the_sample_plugins() throws IOException {
        TestBundle.called("io.holdfast.sample.strategy.generated").deployTo(APPLIANCE.get());
        APPLIANCE.operator().awaitStrategy("generated-sample");
        TestBundle.of(
                        WiringProbe.class,
                        APPLIANCE.scratch().path(),
                        List.of("Bundle-Activator: " + WiringProbe.class.getName()))
                .deployTo(APPLIANCE.get());
        Path seen = APPLIANCE.get().data().resolve(WiringProbe.FILE);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(seen));
        Files.readAllLines(seen).forEach(WiringIT::take);
    }

    private static void take(String line) {
        String[] words = line.split(" ");
        if (!words[1].startsWith(OURS) || words[1].equals(PROBE)) {
            return;
        }
        if (words[0].equals("bundle")) {
            BUNDLES.add(words[1]);
            if (Integer.parseInt(words[2]) != ACTIVE) {
                NOT_ACTIVE.add(words[1]);
            }
        } else if (words[3].startsWith(OURS) && !words[3].equals(words[1])) {
            WIRES.add(new Wire(words[1], words[2], words[3]));
        }
    }

    /** The role of a bundle: the word after ours in its name. */
    private static String role(String bundle) {
        return bundle.substring(OURS.length()).split("\\.")[0];
    }

    @Test
    void every_bundle_of_ours_is_active() {
        assertThat(NOT_ACTIVE).isEmpty();
    }

    @Test
    void every_role_is_there_to_be_looked_at() {
        assertThat(BUNDLES.stream().map(WiringIT::role))
                .contains("spi", "core", "access", "strategy", "transport", "destination", "sample");
        assertThat(WIRES)
                .anyMatch(w -> role(w.importer()).equals("access")
                        && role(w.exporter()).equals("core"));
        assertThat(WIRES)
                .anyMatch(w -> role(w.importer()).equals("sample")
                        && role(w.exporter()).equals("spi"));
    }

    @Test
    void every_bundle_has_a_role() {
        assertThat(BUNDLES).allMatch(bundle -> ALLOWED.containsKey(role(bundle)));
    }

    @Test
    void every_arrow_is_one_that_is_allowed() {
        assertThat(WIRES)
                .filteredOn(
                        w -> !ALLOWED.getOrDefault(role(w.importer()), Set.of()).contains(role(w.exporter())))
                .isEmpty();
    }

    @Test
    void nobody_sees_the_inside_of_another() {
        assertThat(WIRES)
                .filteredOn(w -> (w.packageName() + ".").contains(".internal."))
                .isEmpty();
    }

    @Test
    void packages_are_named_like_the_bundle_that_exports_them() {
        assertThat(WIRES)
                .filteredOn(w -> w.packageName().startsWith(OURS))
                .filteredOn(w -> !(w.packageName() + ".").startsWith(w.exporter() + "."))
                .isEmpty();
    }
}
