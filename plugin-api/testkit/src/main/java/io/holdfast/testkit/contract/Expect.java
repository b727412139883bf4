package io.holdfast.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.SettingsSchema;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Assertions that both suites share. */
final class Expect {

    private Expect() {}

    /** The call fails with that kind and a message that somebody can act on. */
    static void failure(ErrorKind kind, ThrowingCallable call) {
        assertThat(failure(call).kind()).as("kind of the failure").isEqualTo(kind);
    }

    /** The call fails as plugins fail. */
    static PluginException failure(ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).as("failure of the plugin").isInstanceOf(PluginException.class);
        assertThat(thrown.getMessage())
                .as("message of the failure")
                .isNotBlank()
                .hasSizeGreaterThan(5);
        return (PluginException) thrown;
    }

    /** The failure inside of an {@link java.io.IOException}, if any. */
    static Optional<ErrorKind> kindWithin(Throwable thrown) {
        return thrown.getCause() instanceof PluginException known ? Optional.of(known.kind()) : Optional.empty();
    }

    static void wellDescribed(String id, String displayName, SettingsSchema schema) {
        assertThat(id).matches("[a-z][a-z0-9-]{0,31}");
        assertThat(displayName).isNotBlank().hasSizeLessThanOrEqualTo(64);
        for (Setting setting : schema.settings()) {
            assertThat(setting.title())
                    .as("title of setting %s", setting.name())
                    .isNotBlank();
            assertThat(setting.description())
                    .as("description of setting %s", setting.name())
                    .isNotBlank();
        }
    }
}
