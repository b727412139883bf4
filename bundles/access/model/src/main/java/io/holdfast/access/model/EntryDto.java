package io.holdfast.access.model;

import io.holdfast.core.worker.BackupContents;
import io.holdfast.spi.source.EntryAttributes;
import io.holdfast.spi.source.EntryKind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a backup's tree of files.
 *
 * @param path the path for further requests: its bytes, percent-encoded
 * @param name the last segment for people; undecodable bytes are replaced
 * @param kind what it is
 * @param size length of a file in bytes
 * @param modified time of last modification
 * @param mode permissions in octal, such as 0644
 * @param user numeric owner
 * @param group numeric group
 * @param linkTarget target of a symbolic link, for people
 */
public record EntryDto(
        String path,
        String name,
        EntryKind kind,
        long size,
        Instant modified,
        String mode,
        @Nullable Integer user,
        @Nullable Integer group,
        @Nullable String linkTarget) {

    /** An entry of a tree. */
    public static EntryDto of(BackupContents.Entry entry) {
        EntryAttributes a = entry.attributes();
        return new EntryDto(
                PathText.of(entry.path().toBytes()),
                Texts.printable(new String(entry.path().name(), StandardCharsets.UTF_8)),
                entry.kind(),
                a.size(),
                Instant.ofEpochSecond(a.modifiedSeconds(), a.modifiedNanos()),
                String.format("%04o", a.mode()),
                a.userId() < 0 ? null : a.userId(),
                a.groupId() < 0 ? null : a.groupId(),
                a.linkTarget().length == 0
                        ? null
                        : Texts.printable(new String(a.linkTarget(), StandardCharsets.UTF_8)));
    }
}
