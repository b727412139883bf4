package io.holdfast.spi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorKindTest {

    @ParameterizedTest
    @EnumSource
    void every_kind_has_an_error_status(ErrorKind kind) {
        assertThat(kind.httpStatus()).isBetween(400, 599);
    }

    @ParameterizedTest
    @EnumSource
    void only_faults_of_the_environment_are_retried(ErrorKind kind) {
        assertThat(kind.retryable() && kind.fault() != ErrorKind.Fault.ENVIRONMENT)
                .isFalse();
    }
}
