package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.strategy.BootReport;
import io.holdfast.spi.strategy.InstantRequest;
import io.holdfast.testkit.lab.Lab;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.imageio.ImageIO;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** A Linux guest that is booted to prove its backup. */
@Lab(KvmLab.NEEDED)
@NullUnmarked
class BootProofLabTest extends GuestFromBackup {

    @Test
    void a_machine_that_boots_proves_its_backup_and_leaves_nothing() throws Exception {
        connect("ssh");

        BootReport report = prove(Map.of("command", List.of("/bin/sh", "-c", "test -f /data/SUMS && echo \"it's\"")));

        assertThat(report.message()).contains("the guest agent answers", "the command ended with 0");
        assertThat(report.good()).isTrue();
        assertThat(report.console()).isNotEmpty();
        nothingIsLeft();
    }

    @Test
    void a_machine_that_does_not_pass_is_reported_and_leaves_nothing() throws Exception {
        connect("local");

        BootReport failed = prove(Map.of("command", List.of("/bin/sh", "-c", "exit 7")));
        assertThat(failed.good()).isFalse();
        assertThat(failed.message()).contains("ended with 7");
        nothingIsLeft();

        emptyNode();
        BootReport late = prove(Map.of("timeLimit", List.of("10"), "consoleText", List.of("no machine says that")));
        assertThat(late.good()).isFalse();
        assertThat(late.message()).contains("the console does not show the text");
        nothingIsLeft();
    }

    @Test
    void a_machine_that_is_proven_has_nothing_that_leads_out_of_it() throws Exception {
        connect("local");
        definition = definition.replace(
                "</domain>",
                "<q:commandline xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'><q:arg value='-netdev'/></q:commandline>"
                        + "</domain>");
        InstantRequest request = request(Settings.of(type.proofSchema(), Map.of()));
        InstantPlan plan = new InstantPlan("proof", UUID.randomUUID().toString(), "/s/hf-0", "", Map.of("vda", "/i"));

        String xml = InstantDefinition.isolated(request, plan, ProofOptions.of(request.settings()));

        assertThat(xml)
                .contains("org.qemu.guest_agent.0", "/s/hf-0/console.log", "/s/hf-0/0.sock")
                .doesNotContain("<interface")
                .doesNotContain("<graphics")
                .doesNotContain("<filesystem")
                .doesNotContain("<hostdev")
                .doesNotContain("-netdev")
                .doesNotContain("original");
    }

    @Test
    void a_guest_that_answers_on_its_ports_proves_its_backup_to_a_script_too() throws Exception {
        connect("ssh");

        BootReport report = prove(Map.of(
                "tcpPorts", List.of("80", "2222=220 lab"),
                "script",
                        List.of(
                                "bash",
                                "-c",
                                "exec 3<>/dev/tcp/127.0.0.1/$HOLDFAST_PROOF_PORT_80; printf 'GET /SUMS HTTP/1.0\\r\\n\\r\\n' >&3;"
                                        + " grep file <&3; echo \"of $HOLDFAST_MACHINE_NAME\" >&2"),
                "consoleText", List.of("lab guest is up"),
                "screenshot", List.of("true")));

        assertThat(report.message())
                .contains("port 80 answers", "port 2222 says 220 lab", "the script ended with 0", "the console shows");
        assertThat(report.good()).isTrue();
        assertThat(report.output()).hasSize(4).last().isEqualTo("of original " + name);
        assertThat(report.console()).anyMatch(line -> line.startsWith("lab guest is up"));
        BufferedImage picture = ImageIO.read(new ByteArrayInputStream(report.screenshot()));
        assertThat(picture.getWidth()).isBetween(320, 1280);
        assertThat(report.screenshot()).hasSizeLessThan(1 << 20);
        nothingIsLeft();
    }

    @Test
    void a_port_on_which_nobody_listens_does_not_pass_within_the_limit() throws Exception {
        connect("local");
        long begun = System.nanoTime();

        BootReport report = prove(Map.of("tcpPorts", List.of("80", "81", "2222=SSH-2.0"), "timeLimit", List.of("40")));

        assertThat(report.good()).isFalse();
        assertThat(report.message())
                .contains("port 81 does not answer", "port 2222 says '220 lab'", "not 'SSH-2.0'")
                .doesNotContain("port 80");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(80));
        nothingIsLeft();
    }

    @Test
    void a_guest_with_a_network_for_its_ports_reaches_nobody_and_one_of_the_lab_does() throws Exception {
        try (ServerSocket host = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String knock = "nc -w 3 10.0.2.2 " + host.getLocalPort() + " </dev/null";
            connect("local");

            BootReport report = prove(Map.of(
                    "tcpPorts",
                    List.of("80"),
                    "command",
                    List.of(
                            "/bin/sh",
                            "-c",
                            "i=0; while ! ip addr show eth0 | grep -q 10.0.2.15 && [ $i -lt 60 ]; do sleep 1; i=$((i + 1)); done;"
                                    + " ip route add default via 10.0.2.2 || exit 3; " + knock + " && exit 4;"
                                    + " nc -w 3 192.0.2.1 80 </dev/null && exit 5;"
                                    + " nslookup localhost 10.0.2.3 | grep -q Name: && exit 6; exit 0")));

            assertThat(report.message()).contains("port 80 answers", "the command ended with 0");
            assertThat(report.good()).isTrue();
            host.setSoTimeout(1);
            assertThatThrownBy(host::accept).isInstanceOf(SocketTimeoutException.class);

            // the same knock from a guest whose network is not restricted: this host would have been reached
            Path image = Files.copy(lab.guest(), lab.images().resolve("free.qcow2"));
            String free = lab.define("free " + name, new KvmLab.Disk("vda", "qcow2", image));
            lab.virsh("start", free);
            awaitAgent(free);
            lab.inGuest(free, "while :; do " + knock + "; sleep 1; done");
            host.setSoTimeout(60_000);
            host.accept().close();
        }
    }

    @Test
    void a_script_that_says_no_or_is_missing_is_told_apart() throws Exception {
        connect("ssh");

        BootReport report = prove(Map.of(
                "agent",
                List.of("false"),
                "script",
                List.of("sh", "-c", "echo no good; exit 9"),
                "timeLimit",
                List.of("60")));
        assertThat(report.good()).isFalse();
        assertThat(report.message()).contains("the script ended with 9");
        assertThat(report.output()).containsExactly("no good");
        nothingIsLeft();

        emptyNode();
        assertThatThrownBy(() -> prove(Map.of("agent", List.of("false"), "script", List.of("/does/not/exist"))))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_CONFIG))
                .hasMessageContaining("/does/not/exist");
        nothingIsLeft();
    }
}
