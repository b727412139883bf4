package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProofNetworkTest {

    private static String connected(String card, String address, String... ports) throws PluginException {
        String xml = "<domain><devices>"
                + "<controller type='pci' index='0' model='pcie-root'/>"
                + "<controller type='pci' index='1' model='pcie-root-port'/>"
                + "<controller type='pci' index='3' model='pcie-root-port'><alias name='ua-mine'/></controller>"
                + card + "</devices></domain>";
        Machine machine = Machine.parse(xml);
        ProofNetwork.of(ProofPort.parse(List.of(ports)), address).connect(machine, Machine.parse(xml));
        return Xml.format(machine.document()).replace("&quot;", "\"");
    }

    private static String card(String model, String address) {
        return "<interface type='network'><mac address='52:54:00:01:02:03'/>" + model + address + "</interface>";
    }

    private static void refused(String setting, ThrowingRun run) {
        assertThatThrownBy(run::run)
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_CONFIG))
                .hasMessageContaining(setting);
    }

    private interface ThrowingRun {
        void run() throws Exception;
    }

    @Test
    void a_machine_gets_its_card_at_its_place_on_a_network_that_leads_nowhere() throws Exception {
        String xml = connected(
                card(
                        "<model type='virtio'/>",
                        "<address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>"),
                "",
                "22=SSH-2.0",
                "443");

        assertThat(xml)
                .contains("xmlns:qemu=\"http://libvirt.org/schemas/domain/qemu/1.0\"")
                .contains("user,id=holdfast,restrict=on,ipv6=off,net=10.0.2.0/24,host=10.0.2.254,dns=10.0.2.253,"
                        + "dhcpstart=10.0.2.15,hostfwd=tcp:127.0.0.1:0-10.0.2.15:22,"
                        + "hostfwd=tcp:127.0.0.1:0-10.0.2.15:443\"")
                .contains("\"driver\":\"virtio-net-pci\"")
                .contains("\"mac\":\"52:54:00:01:02:03\"")
                .contains("\"bus\":\"pci.1\"")
                .contains("\"addr\":\"0.0\"");
    }

    @ParameterizedTest
    @CsvSource({
        "0x00, 0x1f, pcie.0, 1f.2",
        "0x03, 0x00, ua-mine, 0.2",
    })
    void buses_are_called_as_qemu_does(String bus, String slot, String name, String at) throws Exception {
        String address = "<address type='pci' bus='" + bus + "' slot='" + slot + "' function='0x2'/>";

        assertThat(connected(card("<model type='e1000'/>", address), "", "80"))
                .contains("\"driver\":\"e1000\"", "\"bus\":\"" + name + "\"", "\"addr\":\"" + at + "\"");
    }

    @Test
    void a_bus_that_the_machine_has_not_is_left_to_qemu() throws Exception {
        assertThat(connected(card("", "<address type='pci' bus='0x09' slot='0x01' function='0x0'/>"), "", "80"))
                .doesNotContain("\"bus\"");
    }

    @Test
    void a_guest_has_the_address_that_it_has() throws Exception {
        assertThat(connected(card("", ""), "192.168.7.254/23", "80"))
                .contains("net=192.168.6.0/23,host=192.168.7.253,", "dhcpstart=192.168.7.254,", "-192.168.7.254:80")
                .contains("dns=192.168.7.252");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "192.168.1.20",
                "192.168.1.300/24",
                "192.168.1.0/24",
                "192.168.1.255/24",
                "1.2.3/24",
                "1.2.3.4/30"
            })
    void an_address_that_is_none_is_refused(String address) {
        refused("guestAddress", () -> connected(card("", ""), address, "80"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65536", "ssh", "-1", "22 22", "999999"})
    void a_port_that_is_none_is_refused(String port) {
        refused("tcpPorts", () -> ProofPort.parse(List.of(port)));
    }

    @Test
    void a_port_is_given_once() throws Exception {
        refused("tcpPorts", () -> ProofPort.parse(List.of("22", "22=SSH")));
        assertThat(ProofPort.parse(List.of(" 22 ", "25=220 a=b")))
                .containsExactly(new ProofPort(22, ""), new ProofPort(25, "220 a=b"));
    }

    @Test
    void a_machine_without_a_card_cannot_be_looked_at() {
        refused("no network interface", () -> connected("", "", "80"));
        assertThatThrownBy(() -> connected(card("<model type='virtio-blk-pci'/>", ""), "", "80"))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNSUPPORTED));
    }
}
