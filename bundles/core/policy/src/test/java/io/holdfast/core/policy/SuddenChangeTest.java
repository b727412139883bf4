package io.holdfast.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.policy.SuddenChange.Numbers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;

class SuddenChangeTest {

    private static final List<Numbers> USUAL = usual(10);

    private static List<Numbers> usual(int count) {
        List<Numbers> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(new Numbers(0.01 + 0.002 * (i % 4), 0.2 + 0.02 * (i % 3), 100_000_000 + 1_000L * i));
        }
        return all;
    }

    @Example
    void aMachineThatWasEncryptedIsSeen() {
        assertThat(SuddenChange.of(new Numbers(0.8, 0.99, 100_500_000), USUAL).orElseThrow())
                .contains("80.0 % is new, usual is 1.2 %", "99 % of what is new looks random");
    }

    @Example
    void aMachineThatWasEmptiedIsSeen() {
        assertThat(SuddenChange.of(new Numbers(0.01, 0.2, 1_000_000), USUAL).orElseThrow())
                .contains("it has 1000000 bytes");
    }

    @Example
    void anOrdinaryDayIsNot() {
        assertThat(SuddenChange.of(new Numbers(0.03, 0.25, 101_000_000), USUAL)).isEmpty();
        assertThat(SuddenChange.of(new Numbers(0.0, 0, 100_000_000), USUAL)).isEmpty();
    }

    @Example
    void fewBackupsSayNothing() {
        assertThat(SuddenChange.of(new Numbers(1, 1, 1), usual(4))).isEmpty();
        assertThat(SuddenChange.of(new Numbers(1, 1, 1), usual(5))).isPresent();
    }

    @Example
    void whatIsUnknownIsNotCompared() {
        List<Numbers> unknown = Collections.nCopies(9, new Numbers(0.5, -1, 1_000));
        assertThat(SuddenChange.of(new Numbers(0.5, 1, 1_000), unknown)).isEmpty();
    }

    @Property
    void aFewOutliersBeforeHideNoAttack(@ForAll @Size(max = 4) List<@DoubleRange(min = 0, max = 1) Double> outliers) {
        List<Numbers> before = new ArrayList<>();
        outliers.forEach(o -> before.add(new Numbers(o, o, 100_000_000)));
        before.addAll(USUAL);
        assertThat(SuddenChange.of(new Numbers(0.9, 1, 100_000_000), before)).isPresent();
    }

    @Property
    void whatNeverChangesNeverCries(@ForAll @DoubleRange(min = 0, max = 0.09) double rate) {
        List<Numbers> still = Collections.nCopies(8, new Numbers(0, 0, 5_000));
        assertThat(SuddenChange.of(new Numbers(rate, 1, 5_000), still)).isEmpty();
    }
}
