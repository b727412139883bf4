package io.holdfast.transport.ssh.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PidLineTest {

    private final BoundedOutput rest = new BoundedOutput(1000);
    private final PidLine line = new PidLine(rest);

    @Test
    void the_line_with_the_process_id_is_taken_out_wherever_the_packets_end() {
        for (byte b : "a banner\nholdfast-pid 4711\nerror\nholdfast-pid 12\n".getBytes(StandardCharsets.UTF_8)) {
            line.write(b);
        }

        assertThat(line.await(0)).hasValue(4711);
        assertThat(text()).isEqualTo("a banner\nerror\nholdfast-pid 12\n");
    }

    @Test
    void what_is_no_process_id_is_passed_on() {
        line.write(
                "holdfast-pid -1\nholdfast-pid 0\nholdfast-pid 99999999999\nno shell".getBytes(StandardCharsets.UTF_8),
                0,
                64);
        line.close();

        assertThat(line.await(0)).isEmpty();
        assertThat(text()).startsWith("holdfast-pid -1\nholdfast-pid 0\n").endsWith("no shell");
    }

    private String text() {
        return new String(rest.bytes(), StandardCharsets.UTF_8);
    }
}
