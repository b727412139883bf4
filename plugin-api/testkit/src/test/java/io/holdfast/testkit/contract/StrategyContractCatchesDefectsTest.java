package io.holdfast.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

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

    @ParameterizedTest
    @EnumSource
    void a_defect_of_snapshots_is_noticed_by_its_test(SnapshotDefect defect) {
        assertThat(SuiteRun.failuresOf(SnapshotSubject.class, defect, defect.noticedBy()))
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
            return new DefectiveType(super.type(), good -> defect.over(good, hypervisor));
        }
    }

    /** The same for snapshots. */
    @ExtendWith(SuiteRun.Resolver.class)
    static class SnapshotSubject extends FakeHypervisorSubject {
        private final SnapshotDefect defect;

        SnapshotSubject(SnapshotDefect defect) {
            this.defect = defect;
        }

        @Override
        protected StrategyType type() {
            return new DefectiveType(super.type(), good -> defect.over(good, hypervisor));
        }
    }
}
