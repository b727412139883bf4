package io.holdfast.access.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.access.model.fakes.FakeCore;
import io.holdfast.core.security.Principal;
import io.holdfast.core.security.Role;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CopyRightTest {

    private static final Principal VIEWER = new Principal("vera", Set.of(Role.VIEWER), null);
    private static final Principal OPERATOR = new Principal("otto", Set.of(Role.OPERATOR), null);

    private final FakeCore core = new FakeCore();

    @BeforeEach
    void threeVaults() throws PluginException {
        for (String name : List.of("own", "replica", "another")) {
            String id = core.estate.createDestination("memory", name, Map.of()).id();
            core.estate.destinationVault(id, name.equals("another") ? "v2" : "v1");
        }
    }

    private String id(String name) throws PluginException {
        return core.estate.destinationByName(name).orElseThrow().id();
    }

    @Test
    void whatStaysSealedNeedsNoRightToRead() {
        assertThatCode(() -> CopyRight.require(core, VIEWER, id("own"), id("replica")))
                .doesNotThrowAnyException();
    }

    @Test
    void whatIsWrittenWithOtherKeysIsForThoseWhoMayRestore() {
        assertThatThrownBy(() -> CopyRight.require(core, VIEWER, id("own"), id("another")))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.PERMISSION))
                .hasMessageContaining("RESTORE");
        assertThatCode(() -> CopyRight.require(core, OPERATOR, id("own"), id("another")))
                .doesNotThrowAnyException();
    }
}
