package io.holdfast.core.vault.internal.manifest;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.BackupStats;
import io.holdfast.core.vault.Problem;
import io.holdfast.core.vault.SourceInfo;
import io.holdfast.core.vault.internal.codec.Id;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A backup, FORMAT.md section 8.
 *
 * @param head the part that lists read
 * @param sources what it consists of
 */
public record Manifest(Head head, List<SourceRefs> sources) {

    /** Most layers of a disk before they are merged. */
    public static final int DISK_LAYERS = 32;
    /** Most layers of anything. */
    public static final int MAX_LAYERS = 64;

    /**
     * The clear, separately authenticated front.
     *
     * @param id which backup, as its key says
     * @param predecessor session that it built on
     * @param sequence counts up within the instance
     * @param timeMillis the writer's clock
     * @param epoch of the sealed parts
     * @param label the sealed instance id
     * @param token the change token
     * @param stats numbers
     * @param origin the backup that this one is a copy of, FORMAT.md section 11; itself if it is none
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Head(
            BackupId id,
            Optional<String> predecessor,
            long sequence,
            long timeMillis,
            int epoch,
            byte[] label,
            Optional<String> token,
            BackupStats stats,
            BackupId origin) {

        /** The head of a backup that is no copy. */
        public Head(
                BackupId id,
                Optional<String> predecessor,
                long sequence,
                long timeMillis,
                int epoch,
                byte[] label,
                Optional<String> token,
                BackupStats stats) {
            this(id, predecessor, sequence, timeMillis, epoch, label, token, stats, id);
        }

        /** The same under the name of a copy. */
        public Head under(BackupId name) {
            return new Head(name, predecessor, sequence, timeMillis, epoch, label, token, stats, origin);
        }

        /** Instance and session of the origin, 32 bytes: what sealed parts are bound to. */
        public byte[] binding() {
            return HexFormat.of().parseHex(origin.instanceHash() + origin.session());
        }
    }

    /**
     * A source in clear.
     *
     * @param nameHash keyed hash of its name, 16 bytes
     * @param shape how it is read
     * @param document whether it is a metadata document
     * @param chunkSize of disks, else 0
     * @param size bytes, or listing entries
     * @param layers oldest first
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record SourceRefs(
            byte[] nameHash,
            SourceInfo.Shape shape,
            boolean document,
            int chunkSize,
            long size,
            List<List<BlockRef>> layers) {}

    /**
     * A block of a layer.
     *
     * @param id which
     * @param start first byte, or number of the first entry
     * @param end after the last
     */
    public record BlockRef(Id id, long start, long end) {}

    /**
     * What is sealed.
     *
     * @param names of the sources, in their order
     * @param firsts for each source, layer and block the first path or id; empty for disks and streams
     * @param problems what could not be read
     */
    public record Secrets(List<String> names, List<List<List<byte[]>>> firsts, List<Problem> problems) {}
}
