package io.holdfast.access.rest.internal;

import io.holdfast.access.model.PathText;
import io.holdfast.access.model.Texts;
import io.holdfast.core.worker.BackupContents;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryKind;
import io.holdfast.spi.source.EntryPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import javax.ws.rs.core.EntityTag;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.StreamingOutput;
import org.jspecify.annotations.Nullable;

/** Answers with content of backups, whole or in part, without ever holding more than a buffer of it. */
final class Downloads {

    private static final int BUFFER = 128 * 1024;

    private final Problems problems;

    Downloads(Problems problems) {
        this.problems = problems;
    }

    /** The answer; bytes are read from the backup as the caller takes them. */
    Response answer(
            BackupContents contents,
            String backupId,
            String source,
            EntryPath path,
            @Nullable String rangeHeader,
            @Nullable String ifRange)
            throws PluginException {
        long size =
                path.isRoot() ? sizeOfSource(contents, backupId, source) : sizeOfFile(contents, backupId, source, path);
        EntityTag tag = tag(backupId, source, path);
        boolean stale = ifRange != null && !ifRange.equals("\"" + tag.getValue() + "\"");
        Optional<ByteRange> part = stale ? Optional.empty() : ByteRange.parse(rangeHeader, size);
        ByteRange range = part.orElse(new ByteRange(0, size));
        if (!range.satisfiable(size)) {
            return problems.response(416, "there are only " + size + " bytes")
                    .header("Content-Range", "bytes */" + size)
                    .build();
        }
        StreamingOutput body = out -> copy(contents, backupId, source, path, range, out);
        Response.ResponseBuilder answer = Response.status(part.isPresent() ? 206 : 200)
                .entity(body)
                .tag(tag)
                .header("Accept-Ranges", "bytes")
                .header(HttpHeaders.CONTENT_LENGTH, range.length())
                .header(HttpHeaders.CONTENT_DISPOSITION, disposition(path.isRoot() ? source : path.toString()));
        if (part.isPresent()) {
            answer.header("Content-Range", "bytes " + range.first() + "-" + (range.end() - 1) + "/" + size);
        }
        return answer.build();
    }

    private static long sizeOfSource(BackupContents contents, String backupId, String source) throws PluginException {
        BackupContents.SourceInfo found = contents.sources(backupId).stream()
                .filter(s -> s.name().equals(source))
                .findFirst()
                .orElseThrow(() -> notFound("source '" + Texts.printable(source) + "'"));
        if (!found.shape().equals("disk") && !found.shape().equals("stream")) {
            throw new PluginException(ErrorKind.INVALID_CONFIG, "say which file of source '" + source + "': path=...");
        }
        return found.logicalBytes();
    }

    private static long sizeOfFile(BackupContents contents, String backupId, String source, EntryPath path)
            throws PluginException {
        BackupContents.Entry entry = contents.stat(backupId, source, path)
                .orElseThrow(() -> notFound("file '" + PathText.of(path.toBytes()) + "'"));
        if (entry.kind() != EntryKind.FILE) {
            throw new PluginException(
                    ErrorKind.UNSUPPORTED,
                    "'" + PathText.of(path.toBytes()) + "' is a " + entry.kind() + " and has no content of its own");
        }
        return entry.attributes().size();
    }

    private static PluginException notFound(String what) {
        return new PluginException(ErrorKind.NOT_FOUND, "there is no " + what + " in this backup");
    }

    /** A backup never changes: its address is its tag. */
    private static EntityTag tag(String backupId, String source, EntryPath path) {
        byte[] address =
                (backupId + "\n" + source + "\n" + PathText.of(path.toBytes())).getBytes(StandardCharsets.UTF_8);
        return new EntityTag(UUID.nameUUIDFromBytes(address).toString());
    }

    private static void copy(
            BackupContents contents, String backupId, String source, EntryPath path, ByteRange range, OutputStream out)
            throws IOException {
        if (range.length() == 0) {
            return;
        }
        try (InputStream in = contents.read(backupId, source, path, range.first(), range.length())) {
            byte[] buffer = new byte[BUFFER];
            long left = range.length();
            while (left > 0) {
                int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (n < 0) {
                    throw new IOException("the backup's content ended " + left + " bytes early");
                }
                out.write(buffer, 0, n);
                left -= n;
            }
        } catch (PluginException e) {
            throw new IOException(e);
        }
    }

    /** A name without anything that a header, a shell or a file system takes amiss, and the true one encoded. */
    static String disposition(String path) {
        String name = Texts.printable(path.substring(path.lastIndexOf('/') + 1));
        String plain = name.replaceAll("[^A-Za-z0-9._ -]", "_").replaceAll("^\\.+", "_");
        String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A");
        return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded;
    }
}
