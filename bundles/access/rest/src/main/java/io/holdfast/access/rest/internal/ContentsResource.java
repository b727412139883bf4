package io.holdfast.access.rest.internal;

import io.holdfast.access.model.BackupProblemDto;
import io.holdfast.access.model.CoreServices;
import io.holdfast.access.model.EntriesDto;
import io.holdfast.access.model.PageDto;
import io.holdfast.access.model.PathText;
import io.holdfast.access.model.SourcesDto;
import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.security.Permission;
import io.holdfast.core.worker.BackupContents;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryPath;
import java.util.List;
import javax.ws.rs.BeanParam;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** What is in backups. */
@Path("backups")
@Produces(MediaType.APPLICATION_JSON)
public final class ContentsResource {

    /** As many problems are kept with a backup, however many there were. */
    private static final long KEPT_PROBLEMS = 10_000;

    private final CoreServices core;
    private final Problems problems;
    private final Downloads downloads;

    ContentsResource(CoreServices core, Problems problems) {
        this.core = core;
        this.problems = problems;
        this.downloads = new Downloads(problems);
    }

    /** The parts of a backup. */
    @GET
    @Path("{id}/sources")
    @Needs(Permission.RESTORE)
    public SourcesDto sources(@PathParam("id") String id) throws PluginException {
        find(id);
        return SourcesDto.of(core.contents().sources(id));
    }

    /**
     * Files and directories directly in a directory, ordered by the bytes of their names.
     *
     * @param source the part of the backup; may be left out if there is only one
     * @param path the directory, as an earlier answer gave it; the top if absent
     * @param after read on after this name, as an earlier answer's {@code next} gave it
     * @param limit how many at most, 1 to 1000
     */
    @GET
    @Path("{id}/files")
    @Needs(Permission.RESTORE)
    public EntriesDto files(
            @PathParam("id") String id,
            @QueryParam("source") @Nullable String source,
            @QueryParam("path") @Nullable String path,
            @QueryParam("after") @Nullable String after,
            @QueryParam("limit") @Nullable String limit)
            throws PluginException {
        find(id);
        int most = PageQuery.limit(problems, limit);
        byte[] from = after == null ? null : PathText.bytes(after);
        List<BackupContents.Entry> entries = core.contents().list(id, source(id, source), parse(path), from, most);
        return EntriesDto.of(entries, most);
    }

    /**
     * The bytes of a file, or of a whole disk or stream. Ranges are supported.
     *
     * @param source the part of the backup; may be left out if there is only one
     * @param path the file, as the list of files gave it; absent for a disk or a stream
     * @param range which part, as in {@code bytes=0-99}; everything if absent
     * @param ifRange the entity tag of the part that the caller has already
     */
    @GET
    @Path("{id}/content")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @Needs(Permission.RESTORE)
    @Answer(status = 200, type = byte[].class)
    public Response content(
            @PathParam("id") String id,
            @QueryParam("source") @Nullable String source,
            @QueryParam("path") @Nullable String path,
            @HeaderParam("Range") @Nullable String range,
            @HeaderParam("If-Range") @Nullable String ifRange)
            throws PluginException {
        Backup backup = find(id);
        return downloads.answer(core.contents(), backup.id(), source(id, source), parse(path), range, ifRange);
    }

    /** What is missing or inconsistent in a backup. The first 10,000 are kept. */
    @GET
    @Path("{id}/problems")
    @Needs(Permission.RESTORE)
    public PageDto<BackupProblemDto> problems(@PathParam("id") String id, @BeanParam PageQuery page)
            throws PluginException {
        PageRequest asked = page.request(problems);
        long total = Math.min(KEPT_PROBLEMS, find(id).stats().problems());
        List<BackupContents.Problem> some =
                total == 0 ? List.of() : core.contents().problems(id, asked.offset(), asked.limit());
        return PageDto.of(new Page<>(some, total), asked, BackupProblemDto::of);
    }

    private String source(String id, @Nullable String source) throws PluginException {
        if (source != null) {
            return source;
        }
        List<BackupContents.SourceInfo> sources = core.contents().sources(id);
        if (sources.size() != 1) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "say which source: "
                            + sources.stream()
                                    .map(BackupContents.SourceInfo::name)
                                    .toList());
        }
        return sources.get(0).name();
    }

    private static EntryPath parse(@Nullable String path) throws PluginException {
        return path == null ? EntryPath.ROOT : PathText.parse(path);
    }

    private Backup find(String id) throws PluginException {
        return Parameters.found(core.catalog().backups().find(id), "backup", id);
    }
}
