package io.holdfast.core.vault.internal.lock;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.vault.internal.codec.Id;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockMemoryTest {

    private static final Id PACK = new Id(1, 2, 3, 4);

    @TempDir
    Path directory;

    @Test
    void whatAKilledProcessHasLeftUnfinishedGoesAndWhatIsRememberedStays() throws Exception {
        LockMemory memory = new LockMemory(directory, "instance");
        memory.notePack(PACK, 77);
        memory.keep();
        FileTime dead = FileTime.from(Instant.now().minus(Duration.ofDays(2)));
        Files.setLastModifiedTime(directory.resolve("instance"), dead);
        Path old = Files.setLastModifiedTime(Files.createFile(directory.resolve(".1.part")), dead);
        Path young = Files.createFile(directory.resolve(".2.part"));

        LockMemory again = new LockMemory(directory, "instance");

        assertThat(again.pack(PACK)).isEqualTo(77);
        assertThat(old).doesNotExist();
        assertThat(young).exists();
    }
}
