package ${package}.internal;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.DestinationCapability;
import io.holdfast.spi.destination.DestinationType;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.testkit.contract.DestinationContract;
import io.holdfast.testkit.fake.TestTransfer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StoreDestinationContractTest extends DestinationContract {

    private final DestinationType type = new StoreDestinationType();

    @Override
    protected DestinationType type() {
        return type;
    }

    @Override
    protected Map<String, List<String>> newPlace(Path scratch) {
        return Map.of("limit", List.of("30 MiB"));
    }

    @Override
    protected Set<DestinationCapability> missingCapabilities() {
        // a process can always forget, and what is in memory needs no checksum on its way there
        return Set.of(DestinationCapability.IMMUTABILITY, DestinationCapability.CHECKED_PUT);
    }

    @Test
    void what_does_not_fit_is_refused_and_room_comes_back_by_deleting() throws Exception {
        Content large = Content.of(new byte[20 << 20]);
        destination().put(ObjectKey.of("a"), large, new TestTransfer());

        assertThatThrownBy(() -> destination().put(ObjectKey.of("b"), large, new TestTransfer()))
                .isInstanceOfSatisfying(PluginException.class, e -> org.assertj.core.api.Assertions.assertThat(e.kind())
                        .isEqualTo(ErrorKind.QUOTA));

        destination().delete(ObjectKey.of("a"), new TestTransfer());
        destination().put(ObjectKey.of("b"), large, new TestTransfer());
    }
}
