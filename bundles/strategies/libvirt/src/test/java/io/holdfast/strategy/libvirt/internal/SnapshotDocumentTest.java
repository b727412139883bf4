package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.SnapshotConsistency;
import io.holdfast.spi.strategy.SnapshotInfo;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SnapshotDocumentTest {

    private static String snapshot(String description, String state, String memory, String disk) {
        return "<domainsnapshot><name> odd -name</name><description>" + description + "</description><state>" + state
                + "</state><parent><name>older</name></parent><creationTime>1795769047</creationTime><memory snapshot='"
                + memory + "'/><disks><disk name='vda' snapshot='" + disk + "'/></disks></domainsnapshot>";
    }

    @Test
    void of_ours_the_first_line_of_the_description_is_the_name() throws Exception {
        String text = SnapshotDocument.description("before upgrade", "two\nlines");
        SnapshotInfo info = SnapshotDocument.parse(snapshot(text, "running", "internal", "internal"))
                .info(true, true);

        assertThat(info.id()).isEqualTo(" odd -name");
        assertThat(info.name()).isEqualTo("before upgrade");
        assertThat(info.description()).isEqualTo("two\nlines");
        assertThat(info.created()).isEqualTo(Instant.ofEpochSecond(1795769047));
        assertThat(info.parent()).contains("older");
        assertThat(info.consistency()).isEqualTo(SnapshotConsistency.MEMORY);
        assertThat(info.sizeBytes()).isEqualTo(-1);
    }

    @Test
    void of_others_the_description_is_theirs() throws Exception {
        SnapshotInfo info = SnapshotDocument.parse(snapshot("theirs", "shutoff", "no", "internal"))
                .info(false, false);

        assertThat(info.name()).isEqualTo(" odd -name");
        assertThat(info.description()).isEqualTo("theirs");
        assertThat(info.consistency()).isEqualTo(SnapshotConsistency.APPLICATION);
    }

    @Test
    void a_part_in_a_file_of_its_own_makes_it_external() throws Exception {
        assertThat(SnapshotDocument.parse(snapshot("", "running", "internal", "internal"))
                        .external())
                .isFalse();
        assertThat(SnapshotDocument.parse(snapshot("", "disk-snapshot", "no", "external"))
                        .external())
                .isTrue();
        assertThat(SnapshotDocument.parse(snapshot("", "running", "external", "no"))
                        .external())
                .isTrue();
    }

    @Test
    void whatever_else_there_is_does_no_harm() throws Exception {
        SnapshotInfo bare = SnapshotDocument.parse("<domainsnapshot/>").info(true, false);
        assertThat(bare.parent()).isEmpty();
        assertThat(bare.consistency()).isEqualTo(SnapshotConsistency.UNKNOWN);
        SnapshotInfo huge = SnapshotDocument.parse(snapshot("\ud83d\ude00".repeat(2_000), "x", "y", "z"))
                .info(false, false);
        assertThat(huge.description()).hasSizeLessThanOrEqualTo(1_000);
        assertThatThrownBy(() -> SnapshotDocument.parse("<domain/>")).isInstanceOf(PluginException.class);
    }

    @Test
    void bitmaps_are_read_from_what_qemu_img_says_and_nothing_else_is_taken_for_one() {
        assertThat(ImageBitmaps.names(
                        "{\"snapshots\": [{\"name\": \"s\"}], \"format-specific\": {\"data\": {\"bitmaps\": ["
                                + "{\"flags\": [\"in-use\", \"auto\"], \"name\": \"a]\\\"b\"}, {\"flags\": [], \"name\": \"c\"}],"
                                + " \"name\": \"no\"}}}"))
                .containsExactly("a]\\\"b", "c");
        assertThat(ImageBitmaps.names("{\"name\": \"x\"}")).isEmpty();
        assertThat(ImageBitmaps.names("{\"bitmaps\": [{\"name\": \"cut")).isEmpty();
    }

    @Test
    void checkpoints_that_went_are_noted_and_hostile_notes_are_not_believed() throws Exception {
        String ours = "holdfast-a-b-0123456789abcdef";
        Machine machine = Machine.parse("<domain><metadata><holdfast:reverted xmlns:holdfast='urn:x' checkpoints='"
                + ours + " --all $(x)'/></metadata></domain>");

        assertThat(RevertNote.checkpoints(machine.document())).containsExactly(ours);
        assertThat(RevertNote.checkpoints(Machine.parse("<domain/>").document()))
                .isEmpty();
    }

    @Test
    void without_room_for_the_memory_nothing_is_begun() throws Exception {
        Machine machine = Machine.parse("<domain><currentMemory unit='KiB'>1048576</currentMemory><devices>"
                + "<disk type='file' device='disk'><driver type='qcow2'/><source file='/i/a.qcow2'/><target dev='vda'/></disk>"
                + "</devices></domain>");
        ScriptedHost full = new ScriptedHost().answer("stat", "1000 4096\n");
        PluginException failure = catchThrowableOfType(
                PluginException.class,
                () -> new SnapshotFit(new Commands(full), MachineTest.UUID, machine).requireRoomForMemory());
        assertThat(failure.kind()).isEqualTo(ErrorKind.QUOTA);
        assertThat(failure).hasMessageContaining("1024 MiB").hasMessageContaining("3 MiB free");

        ScriptedHost roomy = new ScriptedHost().answer("stat", "1000000 4096\n");
        new SnapshotFit(new Commands(roomy), MachineTest.UUID, machine).requireRoomForMemory();
        new SnapshotFit(new Commands(new ScriptedHost()), MachineTest.UUID, machine).requireRoomForMemory();
    }
}
