package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.testkit.fake.TestPluginContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A backup job that is told to end. */
class BackupJobTest {

    private static final String DIRECTORY = "/s/hf-0123456789abcdef";
    private static final String JOB = "<domainbackup mode='pull'><server transport='unix' socket='" + DIRECTORY
            + "/disks.sock'/></domainbackup>\n";

    /** A host whose job goes on whatever is said, after a number of looks. */
    private static final class Stubborn extends ScriptedHost {
        private final String complaint;
        private int looks;

        private Stubborn(String complaint, int looks) {
            this.complaint = complaint;
            this.looks = looks;
        }

        @Override
        public Output run(List<String> argv, byte[] input, Duration limit) {
            String last = argv.get(argv.size() - 1);
            if (last.contains("domjobabort")) {
                StringBuilder out = new StringBuilder();
                for (String command : last.split("; ")) {
                    out.append(command.startsWith("echo") ? command.substring(5) + "\n" : "");
                }
                return new Output(0, (out + JOB).getBytes(StandardCharsets.UTF_8), complaint);
            }
            return looks-- > 0
                    ? new Output(0, JOB.getBytes(StandardCharsets.UTF_8), "")
                    : new Output(1, new byte[0], "error: failed to get domain 'x'");
        }
    }

    private static BackupJob job(Host host) {
        Virsh virsh = new Virsh(host, "qemu:///system");
        Commands commands = new Commands(host);
        Provider provider = new Provider(
                host,
                virsh,
                commands,
                new ScratchSpace(commands, "/s"),
                new Checkpoints(virsh, commands),
                TestPluginContext.in(Path.of("/")),
                new SecureRandom());
        return new BackupJob(provider, MachineTest.UUID, DIRECTORY, 2);
    }

    @Test
    void a_job_that_does_not_end_is_told_with_what_the_host_complained_of() {
        String complaint =
                "error: Timed out during operation: cannot acquire state change lock (held by monitor=remoteDispatch)\n";
        assertThatThrownBy(() -> job(new Stubborn(complaint, 1000)).end())
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.TIMEOUT))
                .hasMessageContaining("cannot end the backup job of machine " + MachineTest.UUID)
                .hasMessageContaining("held by monitor=remoteDispatch");
    }

    @Test
    void a_job_that_does_not_end_without_a_complaint_is_told_with_what_to_do() {
        assertThatThrownBy(() -> job(new Stubborn("", 1000)).end())
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT))
                .hasMessageContaining("host7")
                .hasMessageContaining("domjobabort");
    }

    @Test
    void a_job_that_ends_a_little_later_is_no_failure() throws Exception {
        assertThat(job(new Stubborn("error: something\n", 2)).end()).isEmpty();
    }
}
