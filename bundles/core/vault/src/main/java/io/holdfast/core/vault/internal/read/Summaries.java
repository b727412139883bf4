package io.holdfast.core.vault.internal.read;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.BackupSummary;
import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.manifest.Manifest;
import io.holdfast.core.vault.internal.manifest.ManifestCodec;
import io.holdfast.core.vault.internal.store.Batch;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.strategy.ChangeToken;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lists backups from the heads of their manifests. */
public final class Summaries {

    private static final Logger LOG = LoggerFactory.getLogger(Summaries.class);

    private final VaultCore core;

    /** The backups of that vault. */
    public Summaries(VaultCore core) {
        this.core = core;
    }

    /** All backups whose manifests start with the prefix; by instance, then oldest first. */
    public List<BackupSummary> list(String prefix, TransferContext context) throws PluginException {
        List<BackupId> ids = new ArrayList<>();
        core.objects().forEach(prefix, stat -> ObjectNames.backupOf(stat.key()).ifPresent(ids::add), context);
        List<BackupSummary> all = new ArrayList<>(ids.size());
        Map<String, String> instances = new ConcurrentHashMap<>();
        Batch.run(core.runtime(), "list", ids.size(), n -> {
            context.cancellation().throwIfCancelled();
            Optional<BackupSummary> summary = read(ids.get(n), instances, context);
            synchronized (all) {
                summary.ifPresent(all::add);
            }
        });
        all.sort(Comparator.comparing((BackupSummary s) -> s.id().instanceHash())
                .thenComparing(BackupSummary::sequence)
                .thenComparing(BackupSummary::id));
        return all;
    }

    /** The newest backup of an instance. */
    public Optional<BackupSummary> latest(String instanceHash, TransferContext context) throws PluginException {
        List<BackupSummary> all = list("manifests/" + instanceHash + "/", context);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    private Optional<BackupSummary> read(BackupId id, Map<String, String> instances, TransferContext context)
            throws PluginException {
        try {
            Optional<Manifest.Head> head = ManifestCodec.readHead(core.objects(), core.keys(), id, context);
            return head.isEmpty() ? Optional.empty() : Optional.of(of(head.get(), instance(head.get(), instances)));
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA && e.kind() != ErrorKind.NOT_FOUND) {
                throw e;
            }
            LOG.warn("A backup is not listed: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** The same, opened once for each instance, which takes longer than all else: its id is what the hash in the key is of. */
    private Optional<String> instance(Manifest.Head head, Map<String, String> known) throws PluginException {
        String hash = head.id().instanceHash();
        String opened = known.get(hash);
        if (opened != null && core.keys().canRead(head.epoch())) {
            return Optional.of(opened);
        }
        Optional<String> instance = instance(head);
        instance.ifPresent(id -> known.put(hash, id));
        return instance;
    }

    /** The instance id, with reader keys of its epoch. */
    public Optional<String> instance(Manifest.Head head) throws PluginException {
        if (!core.keys().canRead(head.epoch())) {
            return Optional.empty();
        }
        byte[] label = core.keys().open("label", head.epoch(), head.binding(), head.label());
        return Optional.of(new String(label, StandardCharsets.UTF_8));
    }

    /** The summary of a head. */
    public static BackupSummary of(Manifest.Head head, Optional<String> instanceId) {
        return new BackupSummary(
                head.id(),
                instanceId,
                head.sequence(),
                head.predecessor().map(s -> new BackupId(head.id().instanceHash() + "." + s)),
                Instant.ofEpochMilli(head.timeMillis()),
                head.token().map(ChangeToken::new),
                head.stats());
    }
}
