package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.BackupStats;
import io.holdfast.core.vault.BackupSummary;
import io.holdfast.core.vault.ExportReport;
import io.holdfast.core.vault.Problem;
import io.holdfast.core.vault.SourceInfo;
import io.holdfast.core.vault.WriteSession;
import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.lock.BackupLocks;
import io.holdfast.core.vault.internal.manifest.Manifest;
import io.holdfast.core.vault.internal.manifest.ManifestCodec;
import io.holdfast.core.vault.internal.manifest.ManifestSecrets;
import io.holdfast.core.vault.internal.read.Summaries;
import io.holdfast.core.vault.internal.store.Contexts;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation;
import io.holdfast.spi.context.Progress;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.source.Source;
import io.holdfast.spi.strategy.ChangeToken;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One backup being made; its life is described in {@link WriteSession}, its safety in FORMAT.md section 9. */
final class DefaultWriteSession implements WriteSession {

    private static final Logger LOG = LoggerFactory.getLogger(DefaultWriteSession.class);

    private final SessionParts parts;
    private final VaultCore core;
    private final Contexts.Switch closed = new Contexts.Switch();
    private final AtomicBoolean closing = new AtomicBoolean();
    /** The staging directory is the export's until that has ended, even if nobody waits for it any more. */
    private final LastOut shared;

    private @Nullable Throwable failure;
    private @Nullable ExportReport report;
    private List<Exported> exported = List.of();
    private @Nullable Optional<ChangeToken> token;
    private boolean exporting;
    private boolean storing;
    /** Whether something of this session may still arrive on the destination. */
    private volatile boolean putting;

    private volatile boolean committed;

    DefaultWriteSession(SessionParts parts) {
        this.parts = parts;
        this.core = parts.core();
        this.shared = new LastOut(List.of(parts.blocks(), parts.staging()));
    }

    @Override
    public BackupId backup() {
        return parts.backup();
    }

    @Override
    public Optional<BackupSummary> previous() {
        return parts.previousSummary();
    }

    @Override
    public boolean shouldReadFully() {
        return parts.damagedPredecessor();
    }

    @Override
    public ExportReport export(
            List<Source> sources, Map<String, byte[]> metadata, Progress progress, Cancellation cancellation)
            throws PluginException {
        synchronized (this) {
            if (exporting) {
                throw new IllegalStateException("export is called once");
            }
            exporting = true;
        }
        if (!shared.enter()) {
            throw new PluginException(ErrorKind.CANCELLED, "The session was closed before its export began.");
        }
        try {
            ExportReport done = run(sources, metadata, progress, cancellation);
            synchronized (this) {
                report = done;
                notifyAll();
            }
            return done;
        } catch (PluginException | RuntimeException | Error e) {
            fail(e);
            throw e;
        } finally {
            shared.leave();
        }
    }

    private ExportReport run(
            List<Source> sources, Map<String, byte[]> metadata, Progress progress, Cancellation cancellation)
            throws PluginException {
        long start = core.ticker().nanoTime();
        Contexts.Switch ended = new Contexts.Switch();
        String name = "holdfast-vault-export-" + parts.backup().session();
        Counters counters = new Counters();
        try (Cancellation.Registration a = cancellation.onCancel(ended::cancel);
                Cancellation.Registration b = closed.onCancel(ended::cancel);
                PackSink sink = parts.openSink(() -> guard(ended), counters);
                WorkPool pool = new WorkPool(
                        name,
                        core.runtime().workers(),
                        core.keys(),
                        core.runtime().compressionLevel(),
                        ended);
                // closed first: nobody of the pool goes on waiting for room after a failure
                Cancellation.Registration c = ended::cancel) {
            ChunkStore store = new ChunkStore(core.keys(), parts.known(), sink, counters);
            Export export = new Export(
                    pool,
                    store,
                    counters,
                    progress,
                    core.options(),
                    core.keys(),
                    parts.predecessor(),
                    parts.copied().isPresent());
            List<Exported> all = new Sources(export, parts.instance()).run(sources, metadata);
            sink.finish();
            parts.staging().finish();
            BackupStats stats = counters.stats((core.ticker().nanoTime() - start) / 1_000_000_000L);
            synchronized (this) {
                exported = all;
            }
            return new ExportReport(stats, export.problems());
        } catch (PluginException e) {
            guard(cancellation);
            throw e;
        }
    }

    /** Throws what ended the session for everybody. */
    private void guard(Cancellation cancellation) throws PluginException {
        rethrow();
        closed.throwIfCancelled();
        cancellation.throwIfCancelled();
    }

    /** Throws what this session has failed of, if it has. */
    synchronized void rethrow() throws PluginException {
        Throwable e = failure;
        if (e instanceof PluginException known) {
            throw new PluginException(known.kind(), String.valueOf(known.getMessage()), known);
        }
        if (e != null) {
            throw new PluginException(ErrorKind.INTERNAL, "The session failed: " + e, e);
        }
    }

    private synchronized void fail(Throwable e) {
        if (failure == null) {
            failure = e;
        }
        notifyAll();
    }

    @Override
    public synchronized void seal(Optional<ChangeToken> nextToken) throws PluginException {
        rethrow();
        if (report == null || token != null) {
            throw new IllegalStateException("seal is called once, after export");
        }
        token = nextToken;
        notifyAll();
    }

    @Override
    public BackupSummary store(Progress progress, TransferContext context) throws PluginException {
        return storing(context, () -> {
            parts.shipper().run(() -> guard(context.cancellation()), progress, context);
            awaitSeal(context.cancellation());
            return commit(context);
        });
    }

    /** As {@link #store}, but leaves it to {@link #commit} to make a backup of what has arrived. */
    Shipper.Sent ship(Progress progress, TransferContext context) throws PluginException {
        return storing(context, () -> {
            parts.shipper().run(() -> guard(context.cancellation()), progress, context);
            return sent();
        });
    }

    Shipper.Sent sent() {
        return parts.shipper().sent();
    }

    /** Whether the export may tell only the changes of these items. */
    boolean canAddItems(String source) throws PluginException {
        byte[] hash = core.keys().hasher().source(parts.instance(), source);
        return !shouldReadFully()
                && parts.predecessor().canGrow(parts.predecessor().source(hash, SourceInfo.Shape.ITEMS));
    }

    private interface Storing<T> {
        T run() throws PluginException;
    }

    private <T> T storing(TransferContext context, Storing<T> work) throws PluginException {
        synchronized (this) {
            if (storing) {
                throw new IllegalStateException("store is called once");
            }
            storing = true;
        }
        if (!shared.enter()) {
            throw new PluginException(ErrorKind.CANCELLED, "The session was closed before its store began.");
        }
        putting = true;
        try (Cancellation.Registration a = context.cancellation().onCancel(this::wake);
                Cancellation.Registration b = closed.onCancel(this::wake)) {
            T result = work.run();
            putting = false;
            return result;
        } catch (PluginException e) {
            putting = parts.shipper().doubtful();
            fail(e);
            throw e;
        } catch (RuntimeException | Error e) {
            fail(e);
            throw e;
        } finally {
            shared.leave();
        }
    }

    private synchronized void wake() {
        notifyAll();
    }

    private void awaitSeal(Cancellation cancellation) throws PluginException {
        while (true) {
            guard(cancellation);
            synchronized (this) {
                if (token != null) {
                    return;
                }
                try {
                    wait(200);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new PluginException(ErrorKind.CANCELLED, "Interrupted.", e);
                }
            }
        }
    }

    /** Makes a backup of what has been exported and sealed, and has arrived. */
    BackupSummary commit(TransferContext context) throws PluginException {
        Manifest.Head head;
        List<Exported> all;
        List<Problem> problems;
        synchronized (this) {
            ExportReport done = report;
            Optional<ChangeToken> next = token;
            if (done == null || next == null) {
                throw new IllegalStateException("not sealed");
            }
            all = exported;
            problems = parts.copied().map(Copied::problems).orElse(done.problems());
            head = head(next, done.stats());
        }
        Manifest manifest = new Manifest(head, all.stream().map(Exported::refs).toList());
        Manifest.Secrets secrets = new Manifest.Secrets(
                all.stream().map(Exported::name).toList(),
                all.stream().map(Exported::firsts).toList(),
                problems);
        byte[] bytes = bytes(manifest, secrets);
        Optional<BackupLocks> locks = lock(manifest, context);
        if (!core.objects().putExclusive(ObjectNames.manifest(parts.backup()), bytes, context)) {
            throw new PluginException(
                    ErrorKind.CONFLICT,
                    "The session was taken for dead by a collection and may not commit any more; start the backup again.");
        }
        committed = true;
        if (locks.isPresent()) {
            locks.get().manifest(parts.backup());
        }
        return Summaries.of(head.under(parts.backup()), Optional.of(parts.instanceId()));
    }

    private byte[] bytes(Manifest manifest, Manifest.Secrets secrets) throws PluginException {
        byte[] bytes = ManifestSecrets.encode(
                core.keys(), manifest, secrets, core.runtime().random());
        BackupId origin = manifest.head().id();
        return origin.equals(parts.backup())
                ? bytes
                : ManifestCodec.encodeCopy(
                        core.keys(),
                        ManifestCodec.decode(core.keys(), origin, bytes).orElseThrow(),
                        parts.backup());
    }

    /** What the backup needs is locked before it exists: from its first moment on nobody can damage it. */
    private Optional<BackupLocks> lock(Manifest manifest, TransferContext context) throws PluginException {
        if (parts.immutableFor().isZero()) {
            return Optional.empty();
        }
        BackupLocks locks = new BackupLocks(
                core, parts.known().index(), parts.blocks(), parts.backup(), parts.immutableFor(), context);
        locks.content(manifest);
        return Optional.of(locks);
    }

    private Manifest.Head head(Optional<ChangeToken> next, BackupStats stats) throws PluginException {
        Manifest.Head unlabelled = parts.copied().isPresent()
                ? copiedHead(parts.copied().get())
                : new Manifest.Head(
                        parts.backup(),
                        parts.previousSummary().map(p -> p.id().session()),
                        parts.sequence(),
                        parts.timeMillis(),
                        core.keys().epoch(),
                        new byte[0],
                        next.map(ChangeToken::value),
                        stats);
        byte[] instance = parts.instanceId().getBytes(StandardCharsets.UTF_8);
        byte[] label = core.keys().seal("label", unlabelled.binding(), instance);
        return new Manifest.Head(
                unlabelled.id(),
                unlabelled.predecessor(),
                unlabelled.sequence(),
                unlabelled.timeMillis(),
                unlabelled.epoch(),
                label,
                unlabelled.token(),
                unlabelled.stats());
    }

    /** All as it was, but no change token: what that stands for on the provider is the business of the vault that it was made for. */
    private Manifest.Head copiedHead(Copied copied) {
        Manifest.Head head = copied.head();
        return new Manifest.Head(
                copied.origin(),
                head.predecessor(),
                head.sequence(),
                head.timeMillis(),
                core.keys().epoch(),
                new byte[0],
                Optional.empty(),
                head.stats());
    }

    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        try {
            closed.cancel();
            wake();
        } finally {
            leave();
        }
    }

    private void leave() {
        try {
            parts.lease().close();
            end();
        } finally {
            shared.leave();
            parts.ended().run();
        }
    }

    private void end() {
        boolean believed = true;
        try {
            if (!committed) {
                // What arrives after the void may name packs that a collection has deleted meanwhile: not to be
                // believed.
                ManifestCodec.State state = putting ? ManifestCodec.State.FENCED : ManifestCodec.State.GIVEN_UP;
                byte[] bytes = ManifestCodec.encodeVoid(core.keys(), parts.backup(), state);
                boolean ours = core.objects()
                        .putExclusive(ObjectNames.manifest(parts.backup()), bytes, Contexts.uncancelled());
                believed = ours && !putting;
            }
            parts.staging().ended(believed);
        } catch (PluginException | RuntimeException e) {
            LOG.info("Session {} could not be given up, a collection will do it: {}", parts.backup(), e.getMessage());
        }
    }
}
