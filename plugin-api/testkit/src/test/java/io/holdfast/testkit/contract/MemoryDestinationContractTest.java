package io.holdfast.testkit.contract;

import io.holdfast.spi.destination.DestinationType;
import io.holdfast.testkit.fake.MemoryDestinationType;
import io.holdfast.testkit.fake.MemoryStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class MemoryDestinationContractTest extends DestinationContract {

    private final DestinationType type = new MemoryDestinationType(new MemoryStore());

    @Override
    protected DestinationType type() {
        return type;
    }

    @Override
    protected Map<String, List<String>> newPlace(Path scratch) {
        return Map.of();
    }
}
