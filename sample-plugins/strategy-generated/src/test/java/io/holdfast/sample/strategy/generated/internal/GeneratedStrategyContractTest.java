package io.holdfast.sample.strategy.generated.internal;

import io.holdfast.spi.strategy.StrategyCapability;
import io.holdfast.spi.strategy.StrategyType;
import io.holdfast.testkit.contract.StrategyContract;
import io.holdfast.testkit.fake.ManualClock;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

class GeneratedStrategyContractTest extends StrategyContract {

    private final ManualClock clock = new ManualClock();

    @Override
    protected StrategyType type() {
        return new GeneratedStrategyType();
    }

    @Override
    protected Map<String, List<String>> newProvider(Path scratch) {
        return Map.of("diskSize", List.of("4000003"), "files", List.of("120"));
    }

    @Override
    protected Clock clock() {
        return clock;
    }

    @Override
    protected String instanceId() {
        return "generated-2";
    }

    @Override
    protected void changeInstance() {
        clock.advance(Duration.ofDays(1));
    }

    @Override
    protected List<String> leftovers() {
        // there is no provider on which anything could be left
        return List.of();
    }

    @Override
    protected Set<StrategyCapability> missingCapabilities() {
        // a formula cannot be written to, has no snapshots, and nothing runs from it
        return Set.of(
                StrategyCapability.IMPORT,
                StrategyCapability.PARTIAL_IMPORT,
                StrategyCapability.SNAPSHOTS,
                StrategyCapability.BOOT_PROOF,
                StrategyCapability.INSTANT_RECOVERY);
    }
}
