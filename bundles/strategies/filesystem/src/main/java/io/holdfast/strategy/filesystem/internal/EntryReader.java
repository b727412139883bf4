package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.source.EntryAttributes;
import io.holdfast.spi.source.EntryKind;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.SourceProblems;
import io.holdfast.spi.source.TreeEntry;
import java.time.Clock;
import java.util.List;

/** Makes entries of what the kernel says. */
final class EntryReader {

    private final Kernel kernel;
    private final Accounts accounts;
    private final Clock clock;
    private final boolean readAll;
    private final SourceProblems problems;
    private final LinkTable links = new LinkTable();

    EntryReader(Kernel kernel, Accounts accounts, Clock clock, boolean readAll, SourceProblems problems) {
        this.kernel = kernel;
        this.accounts = accounts;
        this.clock = clock;
        this.readAll = readAll;
        this.problems = problems;
    }

    /** Anything but a directory. */
    TreeEntry entry(EntryPath path, FileStat stat, FileSystem system, int directory, byte[] name)
            throws ErrnoException {
        EntryKind kind = stat.kind();
        byte[] link = EntryAttributes.NONE;
        boolean linked = kind == EntryKind.FILE && stat.links() > 1;
        if (linked) {
            EntryPath earlier = links.earlier(stat, path);
            if (earlier != null) {
                kind = EntryKind.HARDLINK;
                link = earlier.toBytes();
            }
        } else if (kind == EntryKind.SYMLINK) {
            link = kernel.readLink(directory, name);
        }
        List<ExtendedAttribute> attributes = kernel.attributes(directory, name);
        byte[] extra = extra(path, stat, attributes, linked);
        boolean sign = kind == EntryKind.FILE && !readAll;
        byte[] signature = sign ? ChangeSignature.of(stat, system, clock.instant()) : EntryAttributes.NONE;
        return new TreeEntry(path, kind, common(kind, stat, link, extra), signature);
    }

    /** A directory that is open, or one that cannot be opened if {@code fd} is negative. */
    TreeEntry directory(EntryPath path, FileStat stat, int fd) {
        List<ExtendedAttribute> attributes = List.of();
        if (fd >= 0) {
            try {
                attributes = kernel.attributes(fd);
            } catch (ErrnoException e) {
                problems.report(path, e.kind(), "its extended attributes could not be read: " + e.getMessage());
            }
        }
        byte[] extra = extra(path, stat, attributes, false);
        return new TreeEntry(
                path,
                EntryKind.DIRECTORY,
                common(EntryKind.DIRECTORY, stat, EntryAttributes.NONE, extra),
                EntryAttributes.NONE);
    }

    private static EntryAttributes common(EntryKind kind, FileStat stat, byte[] link, byte[] extra) {
        boolean device = kind == EntryKind.BLOCK_DEVICE || kind == EntryKind.CHARACTER_DEVICE;
        return new EntryAttributes(
                kind == EntryKind.FILE ? stat.size() : 0,
                stat.modifiedSeconds(),
                stat.modifiedNanos(),
                stat.mode(),
                stat.user(),
                stat.group(),
                link,
                device ? stat.special() : 0,
                extra);
    }

    private byte[] extra(EntryPath path, FileStat stat, List<ExtendedAttribute> attributes, boolean linked) {
        EntryExtra extra = new EntryExtra(
                accounts.userName(stat.user()),
                accounts.groupName(stat.group()),
                attributes,
                flags(stat.attributes()),
                stat.isSparse(),
                linked);
        if (!attributes.isEmpty() && !extra.fits()) {
            problems.report(
                    path,
                    ErrorKind.UNSUPPORTED,
                    "it has more than 1 MiB of extended attributes; those beyond are not in the backup");
        }
        return extra.encode();
    }

    private static int flags(long attributes) {
        return ((attributes & FileStat.IMMUTABLE) != 0 ? EntryExtra.IMMUTABLE : 0)
                | ((attributes & FileStat.APPEND) != 0 ? EntryExtra.APPEND : 0)
                | ((attributes & FileStat.NODUMP) != 0 ? EntryExtra.NODUMP : 0)
                | ((attributes & FileStat.COMPRESSED) != 0 ? EntryExtra.COMPRESSED : 0);
    }
}
