package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.DiskTarget;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.ImportSession;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.testkit.lab.Lab;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** libvirt's daemon dies, or the connection to the host is cut, at each stage of a backup over SSH. */
@Lab(KvmLab.NEEDED)
@NullUnmarked
class HostFaultLabTest {

    private FaultRig rig;

    @BeforeEach
    void given_a_machine_that_was_backed_up(@TempDir Path directory) throws Exception {
        rig = new FaultRig(directory).machine(2);
        rig.write(0, 0, 65_536, 17);
        rig.write(1, FaultRig.MIB, 200_000, 18);
        rig.backUp(rig.local());
        rig.write(0, 2 * FaultRig.MIB, 65_536, 19);
    }

    @AfterEach
    void clear() throws Exception {
        rig.close();
    }

    private static void unavailable(Throwable failure) {
        assertThat(failure).isInstanceOfSatisfying(PluginException.class, e -> assertThat(e.kind())
                .isIn(ErrorKind.UNAVAILABLE, ErrorKind.TIMEOUT));
    }

    @Test
    void libvirtd_is_restarted_while_the_machine_is_read_and_the_backup_goes_on() throws Exception {
        Strategy strategy = rig.ssh();
        try (ExportSession session = rig.open(strategy)) {
            rig.lab.killLibvirtd();
            Map<String, byte[]> read = rig.read(session);
            rig.lab.startLibvirtd();
            session.readingDone();
            rig.keep(read, session.nextToken());
            session.committed();
        }
        rig.keptIsRight();
        assertThat(rig.afterwards(rig.local())).isEmpty();
    }

    @Test
    void libvirtd_is_dead_when_a_backup_begins() throws Exception {
        Strategy strategy = rig.ssh();
        rig.lab.killLibvirtd();
        try {
            assertThatThrownBy(() -> rig.open(strategy)).satisfies(HostFaultLabTest::unavailable);
        } finally {
            rig.lab.startLibvirtd();
        }
        assertThat(rig.afterwards(rig.local())).isEmpty();
    }

    @Test
    void libvirtd_is_dead_when_the_reading_ends() throws Exception {
        Strategy strategy = rig.ssh();
        ExportSession session = rig.open(strategy);
        rig.read(session);
        rig.lab.killLibvirtd();
        try {
            assertThatThrownBy(session::readingDone).satisfies(HostFaultLabTest::unavailable);
            session.close();
        } finally {
            rig.lab.startLibvirtd();
        }
        assertThat(rig.lab.hasJob(rig.uuid())).as("what the journal knows").isTrue();
        assertThat(rig.afterwards(rig.local())).isEmpty();
    }

    @Test
    void libvirtd_is_dead_when_the_backup_is_committed() throws Exception {
        Strategy strategy = rig.ssh();
        try (ExportSession session = rig.open(strategy)) {
            Map<String, byte[]> read = rig.read(session);
            session.readingDone();
            rig.keep(read, session.nextToken());
            rig.lab.killLibvirtd();
            session.committed();
        } finally {
            rig.lab.startLibvirtd();
        }
        assertThat(rig.lab.checkpoints(rig.uuid())).as("the old one, too").hasSize(2);
        assertThat(rig.afterwards(rig.local())).isEmpty();
    }

    @Test
    void the_connection_is_cut_while_the_machine_is_read() throws Exception {
        Strategy strategy = rig.ssh();
        try (ExportSession session = rig.open(strategy)) {
            rig.lab.cutConnections();
            assertThatThrownBy(() -> rig.read(session)).satisfies(HostFaultLabTest::unavailable);
        }
        rig.nothingIsLeft();
        assertThat(rig.afterwards(rig.local())).isEmpty();
    }

    @Test
    void the_connection_is_cut_between_reading_and_commit_and_the_backup_is_made() throws Exception {
        Strategy strategy = rig.ssh();
        try (ExportSession session = rig.open(strategy)) {
            Map<String, byte[]> read = rig.read(session);
            rig.lab.cutConnections();
            session.readingDone();
            rig.keep(read, session.nextToken());
            rig.lab.cutConnections();
            session.committed();
        }
        assertThat(rig.afterwards(rig.local())).isEmpty();
    }

    @Test
    void the_connection_is_cut_while_a_machine_is_restored() throws Exception {
        Strategy strategy = rig.ssh();
        String name = FaultRig.newName();
        try (ImportSession session = rig.openImport(strategy, name);
                DiskTarget disk = session.openDisk("vda", 8 * FaultRig.MIB)) {
            disk.write(0, ByteBuffer.allocate(65_536));
            rig.lab.cutConnections();
            assertThatThrownBy(() -> {
                        disk.write(65_536, ByteBuffer.allocate(65_536));
                        disk.complete();
                    })
                    .satisfies(HostFaultLabTest::unavailable);
        }
        rig.nothingIsLeft();
        assertThat(rig.lab.uuid(name)).isEmpty();

        rig.restore(rig.local(), name);
        rig.restoredIsRight(name);
        assertThat(rig.afterwards(rig.local())).isEmpty();
    }
}
