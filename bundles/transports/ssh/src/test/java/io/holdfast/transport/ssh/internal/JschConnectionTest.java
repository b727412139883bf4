package io.holdfast.transport.ssh.internal;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jcraft.jsch.JSchException;
import org.junit.jupiter.api.Test;

class JschConnectionTest {

    @Test
    void a_channel_that_was_not_given_is_a_connection_that_is_gone() {
        assertThatThrownBy(() -> JschConnection.opened(null))
                .isInstanceOf(JSchException.class)
                .hasMessageContaining("cut while a channel was opened");
    }
}
