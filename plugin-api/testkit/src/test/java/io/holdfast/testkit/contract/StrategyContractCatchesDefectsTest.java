package io.holdfast.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.PluginContext;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.spi.strategy.StrategyType;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A suite that finds nothing is worth nothing: every defect must be noticed by the test that is there for it. */
class StrategyContractCatchesDefectsTest {

    @ParameterizedTest
    @EnumSource
    void a_defect_is_noticed_by_its_test(StrategyDefect defect) {
        assertThat(SuiteRun.failuresOf(Subject.class, defect, defect.noticedBy()))
                .contains(defect.noticedBy());
    }

    /** Not found by the build itself: its name does not end in Test. */
    @ExtendWith(SuiteRun.Resolver.class)
    static class Subject extends FakeHypervisorSubject {
        private final StrategyDefect defect;

        Subject(StrategyDefect defect) {
            this.defect = defect;
        }

        @Override
        protected StrategyType type() {
            StrategyType good = super.type();
            return new StrategyType() {
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
                    return defect.over(good.connect(settings, context), hypervisor);
                }
            };
        }
    }
}
