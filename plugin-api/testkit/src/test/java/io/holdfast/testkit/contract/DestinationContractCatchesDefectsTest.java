package io.holdfast.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.PluginContext;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.DestinationType;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import io.holdfast.testkit.fake.MemoryDestinationType;
import io.holdfast.testkit.fake.MemoryStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A suite that finds nothing is worth nothing: every defect must be noticed by the test that is there for it. */
class DestinationContractCatchesDefectsTest {

    @ParameterizedTest
    @EnumSource
    void a_defect_is_noticed_by_its_test(DestinationDefect defect) {
        assertThat(SuiteRun.failuresOf(Subject.class, defect, defect.noticedBy()))
                .contains(defect.noticedBy());
    }

    /** Not found by the build itself: its name does not end in Test. */
    @ExtendWith(SuiteRun.Resolver.class)
    static class Subject extends DestinationContract {
        private final DestinationType type;

        Subject(DestinationDefect defect) {
            this.type = new DefectiveType(defect);
        }

        @Override
        protected DestinationType type() {
            return type;
        }

        @Override
        protected Map<String, List<String>> newPlace(Path scratch) {
            return Map.of();
        }

        @Override
        protected int largeObjectBytes() {
            return 5_000_000;
        }

        @Override
        protected int listedObjects() {
            return 60;
        }
    }

    private static final class DefectiveType implements DestinationType {
        private final MemoryStore store = new MemoryStore();
        private final MemoryDestinationType good = new MemoryDestinationType(store);
        private final DestinationDefect defect;

        DefectiveType(DestinationDefect defect) {
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
        public void initialize(Settings settings, PluginContext context) throws PluginException {
            good.initialize(settings, context);
        }

        @Override
        public Destination open(Settings settings, PluginContext context) throws PluginException {
            good.open(settings, context).close();
            return defect.over(store);
        }

        @Override
        public Destination openForReading(Settings settings, PluginContext context) {
            return defect.over(store);
        }
    }
}
