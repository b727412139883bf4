package io.holdfast.destination.filesystem.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Asserts how something fails. */
final class Failures {

    private Failures() {}

    static AbstractStringAssert<?> assertFails(ErrorKind kind, ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).isInstanceOf(PluginException.class);
        assertThat(((PluginException) thrown).kind()).as(thrown.getMessage()).isEqualTo(kind);
        return assertThat(thrown.getMessage());
    }
}
