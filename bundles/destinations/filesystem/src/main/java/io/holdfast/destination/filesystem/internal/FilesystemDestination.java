package io.holdfast.destination.filesystem.internal;

import io.holdfast.destination.filesystem.internal.FilesystemDestinationType.Surroundings;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.Capacity;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.DestinationCapability;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Objects as files in one or several directories. */
final class FilesystemDestination implements Destination {

    private static final Logger log = LoggerFactory.getLogger(FilesystemDestination.class);

    /** One path and how it is written to; without a session not at all. */
    private record Member(StorePath path, Optional<SessionDirectory> session, boolean hardLinks) {}

    private final List<Member> members;
    private final Optional<Claims> claims;
    private final Set<DestinationCapability> capabilities;
    private final ObjectLocks locks;
    private final boolean locking;
    /** Why nothing can be put; empty if it can. */
    private final Optional<PluginException> refusal;

    private volatile boolean closed;

    private FilesystemDestination(List<Member> members, Surroundings surroundings, Optional<PluginException> refusal) {
        this.members = members;
        this.refusal = refusal;
        boolean links = members.stream().allMatch(Member::hardLinks);
        Member first = members.get(0);
        this.claims = links && members.size() == 1
                ? Optional.empty()
                : first.session().map(session -> new Claims(first.path().root(), session, surroundings.processToken()));
        EnumSet<DestinationCapability> found = EnumSet.of(
                DestinationCapability.LIST_AFTER_WRITE,
                DestinationCapability.RANDOM_ACCESS,
                DestinationCapability.DELETE,
                DestinationCapability.CAPACITY);
        if (claims.isEmpty() || first.session().stream().anyMatch(SessionDirectory::locked)) {
            found.add(DestinationCapability.EXCLUSIVE_PUT);
        }
        this.capabilities = Set.copyOf(found);
        this.locks = new ObjectLocks(surroundings.clock());
        this.locking = !surroundings.restrictions().noImmutability()
                && members.stream().allMatch(member -> member.session()
                        .filter(session -> locks.work(session.newFile()))
                        .isPresent());
    }

    /** This destination, with locks where every directory can hold them. */
    Destination withLocks() {
        return locking ? new LockingDestination(this) : this;
    }

    static FilesystemDestination open(FilesystemSettings settings, String applianceId, Surroundings surroundings)
            throws PluginException {
        List<StorePath> paths = new ArrayList<>();
        for (Path root : settings.paths()) {
            paths.add(StorePath.open(root, settings, applianceId));
        }
        requireComplete(paths);
        paths.sort(Comparator.comparing(path -> path.marker().number()));
        List<Member> members = new ArrayList<>();
        try {
            for (StorePath path : paths) {
                members.add(join(path, surroundings));
            }
            return new FilesystemDestination(List.copyOf(members), surroundings, Optional.empty());
        } catch (PluginException e) {
            members.forEach(FilesystemDestination::leave);
            throw e;
        } catch (IOException e) {
            members.forEach(FilesystemDestination::leave);
            PluginException why = IoFailures.classify(e, "open destination " + settings.paths() + " for writing");
            if (why.kind() == ErrorKind.PERMISSION || why.kind() == ErrorKind.QUOTA) {
                log.warn("Nothing can be stored: {}", why.getMessage());
                return withoutSessions(paths, surroundings, why);
            }
            throw why;
        }
    }

    /** Opens what is there, whoever owns it, without a trace in it. */
    static FilesystemDestination openWithoutSession(
            FilesystemSettings settings, Surroundings surroundings, PluginException refusal) throws PluginException {
        List<StorePath> paths = new ArrayList<>();
        for (Path root : settings.paths()) {
            StorePath path = StorePath.ofAnybody(root, settings);
            path.requireDirectories();
            paths.add(path);
        }
        requireComplete(paths);
        paths.sort(Comparator.comparing(path -> path.marker().number()));
        return withoutSessions(paths, surroundings, refusal);
    }

    /** What cannot be written to can be restored from, and a full file system is freed by deleting. */
    private static FilesystemDestination withoutSessions(
            List<StorePath> paths, Surroundings surroundings, PluginException why) {
        List<Member> members = paths.stream()
                .map(path -> new Member(path, Optional.empty(), true))
                .toList();
        return new FilesystemDestination(members, surroundings, Optional.of(why));
    }

    private static void requireComplete(List<StorePath> paths) throws PluginException {
        Set<Integer> numbers = new HashSet<>();
        Marker first = paths.get(0).marker();
        for (StorePath path : paths) {
            Marker marker = path.marker();
            if (!marker.destinationId().equals(first.destinationId()) || !numbers.add(marker.number())) {
                throw new PluginException(
                        ErrorKind.CONFLICT,
                        path.root() + " and " + paths.get(0).root()
                                + " are not parts of one destination, or one is a copy of the other; check what is mounted"
                                + " where");
            }
        }
        for (StorePath path : paths) {
            Marker marker = path.marker();
            if (marker.count() != paths.size()) {
                throw new PluginException(
                        ErrorKind.CONFLICT,
                        path.root() + " is one of " + marker.count() + " directories of its destination, but "
                                + paths.size()
                                + " are configured; give all of them, and add the destination again after adding one");
            }
        }
    }

    private static Member join(StorePath path, Surroundings surroundings) throws IOException, PluginException {
        path.requireDirectories();
        Path sessions = path.sessions();
        SessionDirectory session = SessionDirectory.create(sessions, surroundings);
        if (session.locked()) {
            int swept = SessionDirectory.sweep(sessions, surroundings.processToken());
            if (swept > 0) {
                log.info("removed what {} interrupted session(s) left in {}", swept, path.root());
            }
        } else {
            log.warn("{} does not support file locks: what a crash leaves in 'sessions' is not removed", path.root());
        }
        return new Member(
                path, Optional.of(session), !surroundings.restrictions().noHardLinks() && canLink(session));
    }

    private static boolean canLink(SessionDirectory session) throws IOException {
        Path file = Files.createFile(session.newFile());
        Path link = session.newFile();
        try {
            Files.createLink(link, file);
            return true;
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        } finally {
            Files.deleteIfExists(link);
            Files.deleteIfExists(file);
        }
    }

    @Override
    public Set<DestinationCapability> capabilities() {
        return capabilities;
    }

    @Override
    public void put(ObjectKey key, Content content, TransferContext context) throws PluginException {
        begin(context);
        if (refusal.isPresent()) {
            PluginException why = refusal.get();
            throw new PluginException(why.kind(), String.valueOf(why.getMessage()), why);
        }
        if (claims.isPresent()) {
            claims.get().acquire(key, context.cancellation());
        }
        try {
            verifyAll();
            if (find(key).isPresent()) {
                throw ObjectWriter.alreadyExists(key);
            }
            Member member = choose(key, content.length());
            member.path().beginWriting(content.length());
            try {
                new ObjectWriter(member.path(), member.session().orElseThrow(), member.hardLinks(), () -> closed)
                        .write(key, content, context);
            } finally {
                member.path().endWriting(content.length());
            }
        } finally {
            claims.ifPresent(all -> all.release(key));
        }
    }

    /** Spreads keys over the paths that have room, in proportion to it. */
    private Member choose(ObjectKey key, long length) throws PluginException {
        Member best = null;
        double bestScore = Double.POSITIVE_INFINITY;
        long most = 0;
        for (Member member : members) {
            long available = available(member);
            most = Math.max(most, available);
            double score = Placement.score(key, member.path().marker().number(), available);
            if (available > 0 && available >= length && score < bestScore) {
                best = member;
                bestScore = score;
            }
        }
        if (best == null) {
            throw new PluginException(
                    ErrorKind.QUOTA,
                    "cannot store object " + key + " (" + length + " bytes): " + roots() + " has " + most
                            + " bytes left above the reserve of "
                            + members.get(0).path().reserveBytes()
                            + "; free or add space, add a directory, or shorten retention");
        }
        return best;
    }

    private static long available(Member member) throws PluginException {
        try {
            return member.path().availableBytes();
        } catch (IOException e) {
            throw IoFailures.classify(
                    e, "ask for free space of " + member.path().root());
        }
    }

    @Override
    public InputStream read(ObjectKey key, long offset, long length, TransferContext context) throws PluginException {
        begin(context);
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException("negative offset or length");
        }
        for (Member member : members) {
            Path file = member.path().fileOf(key);
            try {
                return openRange(key, file, offset, length, context);
            } catch (NoSuchFileException e) {
                // perhaps in the next path
                log.trace("{} is not in {}", key, file);
            } catch (IOException e) {
                throw IoFailures.classify(e, "read object " + key + " from " + file);
            }
        }
        // only where all paths are what they should be, a missing file is a missing object
        verifyAll();
        throw new PluginException(ErrorKind.NOT_FOUND, "there is no object " + key + " in " + roots());
    }

    private InputStream openRange(ObjectKey key, Path file, long offset, long length, TransferContext context)
            throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            long size = channel.size();
            long start = Math.min(offset, size);
            long end = length > size - start ? size : start + length;
            return new RangeStream(key, channel, start, end, context, () -> closed);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public Optional<ObjectStat> stat(ObjectKey key, TransferContext context) throws PluginException {
        begin(context);
        Optional<ObjectStat> found = find(key);
        if (found.isEmpty()) {
            verifyAll();
        }
        return found;
    }

    private Optional<ObjectStat> find(ObjectKey key) throws PluginException {
        for (Member member : members) {
            Optional<Long> size = member.path().sizeOf(key);
            if (size.isPresent()) {
                return Optional.of(new ObjectStat(key, size.get()));
            }
        }
        return Optional.empty();
    }

    @Override
    public List<ObjectStat> list(String prefix, @Nullable ObjectKey after, int limit, TransferContext context)
            throws PluginException {
        begin(context);
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1");
        }
        Map<ObjectKey, ObjectStat> merged = new TreeMap<>();
        for (Member member : members) {
            try {
                KeyListing listing =
                        new KeyListing(member.path().objects(), prefix, after, limit, () -> begin(context));
                listing.run().forEach(stat -> merged.putIfAbsent(stat.key(), stat));
            } catch (IOException e) {
                verifyAll();
                throw IoFailures.classify(e, "list objects in " + member.path().objects());
            }
        }
        // a page that ends early because the file system went away must not look like the end of the list
        verifyAll();
        return merged.values().stream().limit(limit).toList();
    }

    @Override
    public void delete(ObjectKey key, TransferContext context) throws PluginException {
        begin(context);
        verifyAll();
        for (Member member : members) {
            Path file = member.path().fileOf(key);
            try {
                if (Files.exists(file)) {
                    release(key, file);
                }
                if (Files.deleteIfExists(file)) {
                    Durability.forceDirectory(Objects.requireNonNull(file.getParent()));
                }
            } catch (IOException e) {
                throw IoFailures.classify(e, "delete object " + key + " in " + file);
            }
        }
        verifyAll();
    }

    /** What was locked can be deleted only when its time is over, whether or not anything can be locked now. */
    private void release(ObjectKey key, Path file) throws IOException, PluginException {
        Optional<Instant> until = locks.locked(file);
        if (until.isPresent()) {
            throw new PluginException(
                    ErrorKind.PERMISSION, "cannot delete object " + key + ": it is locked until " + until.get());
        }
        locks.release(file);
    }

    void lock(ObjectKey key, Instant until, TransferContext context) throws PluginException {
        begin(context);
        boolean found = false;
        for (Member member : members) {
            Path file = member.path().fileOf(key);
            try {
                if (Files.exists(file)) {
                    locks.lock(file, until);
                    InodeFlags.setImmutable(
                            Marker.fileIn(member.path().root()), true); // without it nothing finds the objects
                    found = true;
                }
            } catch (IOException e) {
                throw IoFailures.classify(e, "lock object " + key + " in " + file);
            }
        }
        verifyAll();
        if (!found) {
            throw new PluginException(ErrorKind.NOT_FOUND, "there is no object " + key + " in " + roots());
        }
    }

    Optional<Instant> lockedUntil(ObjectKey key, TransferContext context) throws PluginException {
        begin(context);
        for (Member member : members) {
            Path file = member.path().fileOf(key);
            try {
                if (Files.exists(file)) {
                    return locks.locked(file);
                }
            } catch (IOException e) {
                throw IoFailures.classify(e, "look at the lock of object " + key + " in " + file);
            }
        }
        verifyAll();
        return Optional.empty();
    }

    @Override
    public Capacity capacity(TransferContext context) throws PluginException {
        begin(context);
        verifyAll();
        long total = 0;
        long available = 0;
        Set<FileStore> counted = new HashSet<>();
        for (Member member : members) {
            try {
                // two paths on one file system have its room once
                if (counted.add(member.path().store())) {
                    total += member.path().totalBytes();
                    available += member.path().availableBytes();
                }
            } catch (IOException e) {
                throw IoFailures.classify(
                        e, "ask for free space of " + member.path().root());
            }
        }
        return new Capacity(OptionalLong.of(total), OptionalLong.of(available));
    }

    private void begin(TransferContext context) throws PluginException {
        if (closed) {
            throw new PluginException(ErrorKind.UNAVAILABLE, "the destination " + roots() + " was closed");
        }
        context.cancellation().throwIfCancelled();
    }

    private void verifyAll() throws PluginException {
        for (Member member : members) {
            member.path().verify();
        }
    }

    private String roots() {
        return String.join(
                ", ",
                members.stream().map(member -> member.path().root().toString()).toList());
    }

    @Override
    public void close() {
        closed = true;
        members.forEach(FilesystemDestination::leave);
    }

    private static void leave(Member member) {
        try {
            if (member.session().isPresent()) {
                member.session().get().close();
            }
        } catch (IOException e) {
            log.debug("the session in {} is left to be swept", member.path().root(), e);
        }
    }
}
