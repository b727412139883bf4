package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Settings;
import io.holdfast.testkit.fake.TestPluginContext;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RestoreChoicesTest {

    private static final String INTERFACES =
            "<interface type='network'><source network='lan' portgroup='x'/><target dev='v0'/></interface>"
                    + "<interface type='bridge'><source bridge='br0'/><virtualport type='openvswitch'/></interface>"
                    + "<interface type='user'/>";

    private final ScriptedHost host = new ScriptedHost();
    private final Provider provider = Provider.of(host, "qemu:///system", "/s", TestPluginContext.in(Path.of("/")));

    private static RestoreOptions options(String... namesAndValues) throws PluginException {
        Map<String, List<String>> given = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            given.put(namesAndValues[i], Arrays.asList(namesAndValues[i + 1].split(";")));
        }
        return RestoreOptions.of(Settings.of(RestoreOptions.SCHEMA, given));
    }

    @Test
    void the_place_of_each_disk_is_read_and_the_star_stands_for_all_others() throws Exception {
        RestoreOptions options = options(
                "disks", "vda=pool:a, b=c;vdb=directory:/d,/e//,format=raw;vdc=same,format=raw;*=file:/x.qcow2");

        assertThat(options.placement("vda"))
                .isEqualTo(new DiskPlacement(DiskPlacement.Kind.POOL, "a, b=c", Optional.empty()));
        assertThat(options.placement("vdb"))
                .isEqualTo(new DiskPlacement(DiskPlacement.Kind.DIRECTORY, "/d,/e", Optional.of("raw")));
        assertThat(options.placement("vdc"))
                .isEqualTo(new DiskPlacement(DiskPlacement.Kind.SAME, "", Optional.of("raw")));
        assertThat(options.placement("sdz").argument()).isEqualTo("/x.qcow2");
        assertThat(options().placement("vda")).isEqualTo(DiskPlacement.AS_IT_WAS);
    }

    @Test
    void choices_that_mean_nothing_or_do_not_go_together_are_refused_by_the_name_of_the_setting() {
        for (String line : List.of(
                "vda",
                "vda=",
                "vda=/srv",
                "=pool:x",
                "vda=pool:",
                "vda=directory:srv",
                "vda=file:/srv/",
                "vda=pool:x,format=vmdk",
                "vda=same;vda=same",
                "vda=device:/dev/sda")) {
            refused("setting disks", "disks", line);
        }
        for (String line : List.of("lan", "=x", "lan=", "lan=a;lan=b")) {
            refused("setting networks", "networks", line);
        }
        refused("overwrite", "changesOnly", "true");
        refused("targetDirectory", "as", "files");
        refused("overwrite", "as", "files", "targetDirectory", "/x", "overwrite", "true");
        refused("setting disks", "as", "files", "targetDirectory", "/x", "disks", "*=pool:x");
    }

    private static void refused(String contains, String... choices) {
        assertThatThrownBy(() -> options(choices))
                .as(Arrays.toString(choices))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_CONFIG))
                .hasMessageContaining(contains);
    }

    @Test
    void interfaces_are_connected_to_what_takes_the_place_of_their_networks() throws Exception {
        Machine machine = Machine.parse(MachineTest.domain("web", INTERFACES));
        NetworkMap map = NetworkMap.parse(List.of("lan=bridge:br7", "br0=office", "slip=x"));

        assertThat(map.unused(machine)).containsExactly("slip");
        map.apply(machine);

        assertThat(Xml.format(machine.document()))
                .contains("<interface type=\"bridge\"><target dev=\"v0\"/><source bridge=\"br7\"/></interface>")
                .contains("<interface type=\"network\"><source network=\"office\"/></interface>")
                .contains("<interface type=\"user\"/>");
        NetworkMap.parse(List.of("*=none")).apply(machine);
        assertThat(machine.devices("interface")).isEmpty();
    }

    @Test
    void a_network_that_is_missing_is_told_with_what_there_is() throws Exception {
        Machine machine = Machine.parse(MachineTest.domain("web", INTERFACES));
        host.answer("net-list", "office\nlab \n\n")
                .answer("find", "/sys/class/net/virbr0/bridge\n")
                .fail("/sys/class/net/br0", 1, "");
        HostNetworks networks = new HostNetworks(provider);

        assertThatThrownBy(() -> NetworkMap.parse(List.of()).check(machine, networks))
                .hasMessageContaining("no network 'lan'")
                .hasMessageContaining("office, lab")
                .hasMessageContaining("virbr0");
        assertThatThrownBy(() -> NetworkMap.parse(List.of("lan=office")).check(machine, networks))
                .hasMessageContaining("no bridge 'br0'");
        NetworkMap.parse(List.of("lan=office", "br0=none")).check(machine, networks);
    }

    @Test
    void volumes_are_made_in_pools_whose_volumes_can_be_written_to() throws Exception {
        host.answer("pool-list", "default\nvg\nceph\n")
                .answer("--pool=default", pool("dir", "/var/images"))
                .answer("--pool=vg", pool("logical", "/dev/vg"))
                .answer("--pool=ceph", pool("rbd", ""));
        Pools pools = new Pools(provider);

        assertThat(pools.volume("default", "v.qcow2", ""))
                .isEqualTo(new Place(false, "/var/images/v.qcow2", "qcow2", "default", "v.qcow2"));
        assertThat(pools.volume("vg", "v", "")).isEqualTo(new Place(true, "/dev/vg/v", "raw", "vg", "v"));
        assertThatThrownBy(() -> pools.volume("vg", "v", "qcow2")).hasMessageContaining("raw");
        assertThatThrownBy(() -> pools.volume("ceph", "v", "")).hasMessageContaining("rbd");
        assertThatThrownBy(() -> pools.volume("nope", "v", "")).hasMessageContaining("default, vg, ceph");
        assertThat(Xml.format(Pools.description(pools.volume("vg", "v", "raw"), 7)))
                .contains("<capacity unit=\"bytes\">7</capacity><allocation unit=\"bytes\">7</allocation>");
    }

    private static String pool(String type, String path) {
        return "<pool type='" + type + "'><name>x</name><target><path>" + path + "</path></target></pool>";
    }

    @Test
    void ranges_in_any_order_cover_what_they_cover() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            boolean[] expected = new boolean[64];
            Ranges ranges = new Ranges();
            for (int i = 0; i < random.nextInt(12); i++) {
                int start = random.nextInt(64);
                int end = start + 1 + random.nextInt(64 - start);
                ranges.add(start, end);
                Arrays.fill(expected, start, end, true);
            }
            boolean[] actual = new boolean[64];
            Arrays.fill(actual, true);
            for (long at = ranges.nextGap(0, 64); at < 64; ) {
                long end = ranges.nextRange(at, 64);
                Arrays.fill(actual, (int) at, (int) end, false);
                at = ranges.nextGap(end, 64);
            }
            assertThat(actual).isEqualTo(expected);
        }
    }

    @Test
    void the_state_of_a_tpm_is_where_libvirt_keeps_it() throws Exception {
        assertThat(tpm("<backend type='emulator' version='2.0'/>").file("u"))
                .isEqualTo("/var/lib/libvirt/swtpm/u/tpm2/tpm2-00.permall");
        assertThat(tpm("<backend type='emulator' version='1.2'/>").file("u"))
                .isEqualTo("/var/lib/libvirt/swtpm/u/tpm1.2/tpm-00.permall");
        assertThat(tpm("<backend type='emulator' version='2.0'><source type='dir' path='/t'/></backend>")
                        .file("u"))
                .isEqualTo("/t/tpm2-00.permall");
        Machine passthrough = Machine.parse(
                MachineTest.domain("x", "<tpm><backend type='passthrough'><device path='/dev/tpm0'/></backend></tpm>"));
        assertThat(TpmState.of(passthrough)).isEmpty();
    }

    private static TpmState tpm(String backend) throws PluginException {
        return TpmState.of(Machine.parse(MachineTest.domain("x", "<tpm model='tpm-crb'>" + backend + "</tpm>")))
                .orElseThrow();
    }
}
