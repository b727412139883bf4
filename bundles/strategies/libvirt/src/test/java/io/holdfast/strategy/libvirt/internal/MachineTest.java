package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MachineTest {

    static final String UUID = "17fe6778-cd95-4664-96d2-07c2540f2305";

    static String domain(String name, String devices) {
        return "<domain type='qemu' xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'><name>" + name
                + "</name><uuid>" + UUID + "</uuid><genid>11111111-2222-4333-8444-555555555555</genid>"
                + "<metadata><libosinfo:libosinfo><libosinfo:os id='http://debian.org/debian/12'/></libosinfo:libosinfo>"
                + "<x:tags xmlns:x='urn:x'><x:tier>gold</x:tier></x:tags></metadata>"
                + "<sysinfo type='smbios'><system><entry name='uuid'>" + UUID + "</entry></system></sysinfo>"
                + "<os><type arch='x86_64' machine='q35'>hvm</type><loader type='pflash'>/fw</loader>"
                + "<nvram>/vars/web.fd</nvram></os><devices>" + devices + "</devices></domain>";
    }

    static final String DEVICES = "<disk type='file' device='disk'><driver name='qemu' type='qcow2' cache='none'/>"
            + "<source file='/images/a&#10;b.qcow2'/><target dev='vda' bus='virtio'/></disk>"
            + "<disk type='block' device='disk'><driver name='qemu' type='raw'/><source dev='/dev/vg/x'/>"
            + "<target dev='vdb' bus='virtio'/></disk>"
            + "<disk type='file' device='cdrom'><source file='/iso'/><target dev='sda'/><readonly/></disk>"
            + "<disk type='file' device='disk'><source file='/shared-tools'/><target dev='vdc'/><readonly/></disk>"
            + "<interface type='network'><mac address='52:54:00:00:00:01'/></interface>";

    @Test
    void the_disks_that_have_content_of_the_machine_are_told_from_drives_and_read_only_disks() throws Exception {
        Machine machine = Machine.parse(domain("web", DEVICES));

        assertThat(machine.disks())
                .filteredOn(Machine.Disk::hasContent)
                .extracting(Machine.Disk::target, Machine.Disk::format, Machine.Disk::path)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("vda", "qcow2", "/images/a\nb.qcow2"),
                        org.assertj.core.groups.Tuple.tuple("vdb", "raw", "/dev/vg/x"));
        assertThat(machine.nvram()).isEqualTo("/vars/web.fd");
    }

    @Test
    void labels_say_what_policies_select_by() throws Exception {
        Machine machine = Machine.parse(domain("web", DEVICES));

        assertThat(machine.labels(MachineStats.parse("state.state=1")))
                .containsEntry("state", "running")
                .containsEntry("firmware", "uefi")
                .containsEntry("disks", "2")
                .containsEntry("os", "http://debian.org/debian/12")
                .containsEntry("metadata.tier", "gold")
                .containsEntry("disk.vda", "QCOW2")
                .containsEntry("disk.vdb", "LVM")
                .containsEntry("storage", "LVM, QCOW2")
                .doesNotContainKeys("tpm", "networks", "restore");
        String others =
                "<disk type='network' device='disk'><source protocol='rbd' name='p/i'/><target dev='vda'/></disk>"
                        + "<disk type='block' device='disk'><source dev='/dev/sdb'/><target dev='vdb'/></disk>"
                        + "<interface type='network'><source network='lan'/></interface>"
                        + "<interface type='bridge'><source bridge='br0'/></interface>"
                        + "<tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>";
        assertThat(Machine.parse(domain("web", others)).labels(MachineStats.parse("state.state=5")))
                .containsEntry("storage", "BLOCK, RBD")
                .containsEntry("networks", "br0, lan")
                .containsEntry("tpm", "2.0");
    }

    @Test
    void names_are_whatever_libvirt_allows() throws Exception {
        for (String name : new String[] {"a 'b' \"c\"", "--all", "$(reboot)", "\u96ea\ud83d\ude00", "7", " x"}) {
            Machine machine = Machine.parse(domain(name.replace("<", "&lt;"), ""));
            assertThat(machine.name()).isEqualTo(name);
        }
    }

    @Test
    void a_document_type_or_an_entity_is_refused() {
        String bomb = "<!DOCTYPE domain [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><domain><name>&x;</name></domain>";

        assertThatThrownBy(() -> Machine.parse(bomb))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CORRUPT_DATA))
                .hasMessageNotContaining("root:");
        assertThatThrownBy(() -> Machine.parse("<domain><name>")).isInstanceOf(PluginException.class);
        assertThatThrownBy(() -> Machine.parse("<network/>")).isInstanceOf(PluginException.class);
    }

    @Test
    void a_restored_machine_has_its_own_identity_and_images() throws Exception {
        RestoredDefinition definition = new RestoredDefinition(Machine.parse(domain("web", DEVICES)));
        String other = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";

        definition.identify("web <2>", other, true);
        definition.place(Map.of("vda", Place.file("/new/a.qcow2", "qcow2")));
        definition.placeNvram("/new/vars");

        String xml = definition.format();
        Machine restored = Machine.parse(xml);
        assertThat(restored.name()).isEqualTo("web <2>");
        assertThat(restored.uuid()).isEqualTo(other);
        assertThat(restored.nvram()).isEqualTo("/new/vars");
        assertThat(xml)
                .doesNotContain(UUID, "52:54:00", "11111111-2222", "/iso", "/dev/vg/x")
                .contains("cache=\"none\"", "/shared-tools");
        assertThat(restored.disks())
                .filteredOn(Machine.Disk::hasContent)
                .extracting(Machine.Disk::path)
                .containsExactly("/new/a.qcow2");
        assertThat(definition.removed()).containsExactly("vdb");
    }
}
