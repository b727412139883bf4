package io.holdfast.testkit.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

class LabTest {

    private final SummaryGeneratingListener summary = new SummaryGeneratingListener();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private String before;

    @BeforeEach
    void remember() {
        before = System.getProperty("lab");
    }

    @AfterEach
    void restore() {
        setLab(before);
    }

    @Test
    void a_lab_test_is_skipped_by_name_and_with_its_reason() {
        setLab(null);

        run();

        assertThat(summary.getSummary().getTestsSkippedCount()).isOne();
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("NOT RUN " + Sample.class.getName() + ".talks_to_a_hypervisor")
                .contains("lab: needs a hypervisor; run with -Dlab");
    }

    @Test
    void a_lab_test_runs_when_the_lab_is_given() {
        setLab("true");

        run();

        assertThat(summary.getSummary().getTestsSucceededCount()).isOne();
        assertThat(printed.size()).isZero();
    }

    @Test
    void a_test_whose_assumption_does_not_hold_is_named_too() {
        run(Assuming.class);

        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains(
                        "NOT RUN " + Assuming.class.getName() + ".needs_the_moon - Assumption failed: needs the moon");
    }

    private void run() {
        run(Sample.class);
    }

    private void run(Class<?> sample) {
        var reporter = new SkippedTestsReporter(new PrintStream(printed, true, StandardCharsets.UTF_8));
        // the reporter under test is the only one: what this inner run skips is not news of the build
        var config = LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .build();
        LauncherFactory.create(config)
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(sample))
                                .build(),
                        summary,
                        reporter);
    }

    private static void setLab(String value) {
        if (value == null) {
            System.clearProperty("lab");
        } else {
            System.setProperty("lab", value);
        }
    }

    /** Not found by the build itself: its name does not end in Test. */
    static class Sample {
        @Lab("a hypervisor")
        @Test
        void talks_to_a_hypervisor() {
            assertThat(true).isTrue();
        }
    }

    static class Assuming {
        @Test
        void needs_the_moon() {
            org.junit.jupiter.api.Assumptions.assumeTrue(false, "needs the moon");
        }
    }
}
