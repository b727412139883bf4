package io.holdfast.strategy.filesystem.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.source.FileContent;
import io.holdfast.spi.source.TreeEntry;
import io.holdfast.spi.source.TreeSource;
import io.holdfast.spi.strategy.ExportRequest;
import io.holdfast.spi.strategy.ExportSession;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether unchanged files are told from changed ones: between backups, and while one runs. */
class ChangeDetectionTest {

    @TempDir
    Path directory;

    private Path source;
    private Path file;
    private Appliance appliance;

    @BeforeEach
    void start() throws Exception {
        source = Appliance.directory(directory, "source");
        file = Files.writeString(source.resolve("file"), "content");
        appliance = new Appliance(Appliance.directory(directory, "scratch"));
    }

    @AfterEach
    void stop() {
        appliance.close();
    }

    private byte[] signature() throws Exception {
        return appliance.backup(source).entry("file").entry().changeSignature();
    }

    /** The kernel's time stamps stand still for a few milliseconds. */
    private void letTimePass() {
        long before = Natives.stat(file).changedNanos();
        Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> {
            Path probe = Files.writeString(directory.resolve("probe"), "x");
            return Natives.stat(probe).changedNanos() != before;
        });
    }

    @Test
    void an_untouched_file_keeps_its_signature() throws Exception {
        assertThat(signature()).isNotEmpty().hasSizeLessThan(256).isEqualTo(signature());
    }

    @Test
    void content_of_the_same_length_with_the_old_time_put_back_is_noticed() throws Exception {
        byte[] before = signature();
        FileStat stat = Natives.stat(file);
        letTimePass();
        Files.writeString(file, "CONTENT");
        Natives.modified(file, stat.modifiedSeconds(), stat.modifiedNanos());

        assertThat(Natives.stat(file).modifiedNanos()).isEqualTo(stat.modifiedNanos());
        assertThat(signature()).isNotEqualTo(before);
    }

    @Test
    void an_older_file_of_the_same_size_moved_into_place_is_noticed() throws Exception {
        byte[] before = signature();
        FileStat stat = Natives.stat(file);
        Path older = Files.writeString(directory.resolve("older"), "CONTENT");
        Natives.modified(older, stat.modifiedSeconds(), stat.modifiedNanos());
        Files.move(older, file, StandardCopyOption.REPLACE_EXISTING);

        assertThat(signature()).isNotEqualTo(before);
    }

    @Test
    void a_file_that_changed_just_now_is_always_read() throws Exception {
        appliance.clock.set(Instant.now());

        assertThat(signature()).isEmpty();
    }

    @Test
    void a_file_from_the_future_is_always_read_until_the_clock_has_passed_it() throws Exception {
        appliance.clock.set(Instant.now().minus(Duration.ofDays(3650)));
        assertThat(signature()).isEmpty();

        appliance.clock.set(Instant.now().plus(Duration.ofDays(3650)));
        byte[] later = signature();
        appliance.clock.advance(Duration.ofDays(-3000));
        assertThat(signature()).isNotEmpty().isEqualTo(later);
    }

    @Test
    void change_detection_can_be_switched_off() throws Exception {
        assertThat(appliance
                        .backup(source, "changeDetection", "read-all")
                        .entry("file")
                        .entry()
                        .changeSignature())
                .isEmpty();
    }

    /** What happens between the walk and the end of the reading. */
    private interface Reading {
        void with(TreeSource source, TreeEntry entry) throws Exception;
    }

    private void whileReading(Reading work) throws Exception {
        TreeEntry entry = appliance.backup(source).entry("file").entry();
        ExportRequest request =
                new ExportRequest(appliance.describe(source), Appliance.instanceSettings(), Optional.empty());
        try (ExportSession session = appliance.strategy.openExport(request, appliance.context)) {
            work.with((TreeSource) session.sources().get(0), entry);
        }
    }

    @Test
    void a_file_that_changes_while_it_is_read_is_marked() throws Exception {
        whileReading((tree, entry) -> {
            try (FileContent content = tree.open(entry)) {
                assertThat(content.read(0, ByteBuffer.allocate(3))).isEqualTo(3);
                assertThat(content.changedWhileRead()).isFalse();
                letTimePass();
                Files.writeString(file, "CONTENT");
                assertThat(content.changedWhileRead()).isTrue();
            }
        });
    }

    @Test
    void a_file_that_changed_between_walk_and_reading_is_marked() throws Exception {
        whileReading((tree, entry) -> {
            letTimePass();
            Files.writeString(file, "CONTENT");
            try (FileContent content = tree.open(entry)) {
                assertThat(content.changedWhileRead()).isTrue();
            }
        });
    }

    @Test
    void a_file_that_shrinks_ends_early_and_one_that_grows_is_cut() throws Exception {
        whileReading((tree, entry) -> {
            try (FileContent content = tree.open(entry);
                    FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(4);
                ByteBuffer buffer = ByteBuffer.allocateDirect(7);
                assertThat(content.read(0, buffer)).isEqualTo(4);
                assertThat(content.read(4, buffer)).isEqualTo(-1);
                assertThat(content.size()).isEqualTo(7);
                channel.write(ByteBuffer.allocate(100), 0);
                assertThat(content.size()).isEqualTo(7);
                assertThat(content.changedWhileRead()).isTrue();
            }
        });
    }

    @Test
    void a_file_that_vanished_or_was_replaced_is_left_out() throws Exception {
        whileReading((tree, entry) -> {
            Files.delete(file);
            assertThatThrownBy(() -> tree.open(entry)).extracting("kind").isEqualTo(ErrorKind.NOT_FOUND);

            Files.createSymbolicLink(file, Path.of("/etc/passwd"));
            assertThatThrownBy(() -> tree.open(entry)).extracting("kind").isEqualTo(ErrorKind.NOT_FOUND);

            Files.delete(file);
            Natives.in(source, fd -> {
                Natives.CHANGES.makeNode(fd, Natives.utf8("file"), FileStat.FIFO, 0);
                return null;
            });
            assertThatThrownBy(() -> tree.open(entry))
                    .hasMessageContaining("replaced by something else")
                    .extracting("kind")
                    .isEqualTo(ErrorKind.NOT_FOUND);
        });
    }

    @Test
    void access_times_stay_as_they_are() throws Exception {
        Files.setAttribute(file, "lastAccessTime", java.nio.file.attribute.FileTime.fromMillis(1_000_000));

        appliance.backup(source);

        assertThat(Files.getAttribute(file, "lastAccessTime").toString()).startsWith("1970-01-01T00:16:40");
    }
}
