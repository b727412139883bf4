package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.testkit.fake.TestPluginContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What QEMU 7.2 and its forwards say, and what is made of it. */
class ProofForwardsTest {

    private static final String HEAD = """
            Hub -1 (holdfast):
              Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ
              TCP[HOST_FORWARD]  13       127.0.0.1 33547       10.0.2.15    80     0     0
              TCP[HOST_FORWARD]  10       127.0.0.1 32935       10.0.2.15  2222     0     0
            """;
    private static final String TAKEN =
            "  TCP[ESTABLISHED]   89       127.0.0.1 33547       10.0.2.15    80     0     0\n";
    private static final String REFUSED =
            "  TCP[TIME_WAIT]     89       127.0.0.1 33547       10.0.2.15    80     0     0\n";
    private static final String ASKED =
            "  TCP[SYN_SENT]      89       127.0.0.1 33547       10.0.2.15    80     0     0\n";

    private final Map<Integer, String> guests = new HashMap<>();
    private final Map<Integer, Boolean> silent = new HashMap<>();
    private Path directory;

    @BeforeEach
    void in(@TempDir Path temporary) {
        directory = temporary;
    }

    private final class Forwarding extends ScriptedHost {
        @Override
        public HostStream loopback(int port) throws PluginException {
            String says = guests.get(port);
            if (says == null) {
                return super.loopback(port);
            }
            try {
                PipedOutputStream out = new PipedOutputStream();
                PipedInputStream in = new PipedInputStream(out);
                out.write(says.getBytes(StandardCharsets.UTF_8));
                if (!silent.getOrDefault(port, false)) {
                    out.close();
                }
                return new HostStream() {
                    @Override
                    public InputStream input() {
                        return in;
                    }

                    @Override
                    public void close() {
                        try {
                            out.close();
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    }
                };
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    private ProofForwards forwards(String usernet, String... ports) throws PluginException {
        Host host = new Forwarding().answer("info usernet", usernet);
        Provider provider = Provider.of(host, "qemu:///system", "/scratch", TestPluginContext.in(directory));
        ProofNetwork network = ProofNetwork.of(ProofPort.parse(List.of(ports)), "");
        ProofForwards forwards = new ProofForwards(provider, "uuid", network);
        forwards.find();
        return forwards;
    }

    private ProofCheck.Look look(String usernet, String port) throws PluginException {
        return forwards(usernet, port).checks().get(0).look();
    }

    @Test
    void the_ports_that_qemu_has_chosen_are_found() throws Exception {
        assertThat(forwards(HEAD, "80", "2222").ports()).containsOnly(Map.entry(80, 33547), Map.entry(2222, 32935));
        assertThatThrownBy(() -> forwards(HEAD, "80", "443"))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNSUPPORTED))
                .hasMessageContaining("443");
    }

    @Test
    void a_guest_that_says_nothing_answers_if_it_has_taken_the_connection() throws Exception {
        guests.put(33547, "");
        silent.put(33547, true);

        assertThat(look(HEAD + TAKEN, "80")).isEqualTo(ProofCheck.Look.passed("port 80 answers"));
        assertThat(look(HEAD + ASKED, "80").verdict()).isEqualTo(ProofCheck.Verdict.MISSING);
    }

    @Test
    void a_connection_that_only_qemu_has_taken_is_no_answer() throws Exception {
        guests.put(33547, "");

        assertThat(look(HEAD + REFUSED, "80")).isEqualTo(ProofCheck.Look.missing("port 80 does not answer"));
        guests.clear();
        assertThat(look(HEAD, "80")).isEqualTo(ProofCheck.Look.missing("port 80 does not answer"));
    }

    @Test
    void a_greeting_must_be_the_one_that_is_wanted() throws Exception {
        guests.put(32935, "220 lab ready\r\n");

        assertThat(look(HEAD, "2222")).isEqualTo(ProofCheck.Look.passed("port 2222 answers"));
        assertThat(look(HEAD, "2222=220 lab")).isEqualTo(ProofCheck.Look.passed("port 2222 says 220 lab"));
        assertThat(look(HEAD, "2222=SSH-2.0"))
                .isEqualTo(ProofCheck.Look.missing("port 2222 says '220 lab' and not 'SSH-2.0'"));
        guests.put(32935, "2");
        assertThat(look(HEAD, "2222=220").text()).isEqualTo("port 2222 says '2' and not '220'");
        guests.put(32935, "");
        assertThat(look(HEAD, "2222=220").text()).isEqualTo("port 2222 says nothing");
    }
}
