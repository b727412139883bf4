package io.holdfast.core.vault.internal.maintain;

import io.holdfast.core.vault.VerifyReport.Finding;
import io.holdfast.core.vault.VerifyReport.Remedy;
import io.holdfast.core.vault.VerifyReport.State;
import io.holdfast.core.vault.internal.Descriptor;
import io.holdfast.core.vault.internal.Descriptors;
import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.crypto.KeySlot;
import io.holdfast.core.vault.internal.keys.EpochRecord;
import io.holdfast.core.vault.internal.store.Envelope;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Looks at the few small objects without which nothing opens: descriptor, adoptions, mark of a replica, key epochs and slots. */
final class FoundationCheck {

    private static final int SMALL = 4096;

    private final VaultCore core;
    private final TransferContext context;
    private final List<Finding> findings = new ArrayList<>();

    FoundationCheck(VaultCore core, TransferContext context) {
        this.core = core;
        this.context = context;
    }

    List<Finding> run() throws PluginException {
        Descriptor known = new Descriptor(core.options(), core.identity().owner());
        findings.addAll(new Descriptors(core.objects(), context).check(core.keys(), known, core.readOnly()));
        each("owner/", SMALL, (key, bytes) -> Envelope.unwrap(core.keys(), Envelope.OWNER, key, bytes)
                .str16());
        each(ObjectNames.REPLICA.value(), SMALL, (key, bytes) -> Envelope.unwrap(
                        core.keys(), Envelope.REPLICA, key, bytes)
                .raw(16));
        each("epochs/", EpochRecord.MAX_LENGTH, (key, bytes) -> EpochRecord.decode(core.keys(), key, bytes));
        slots();
        return findings;
    }

    private interface Check {
        void check(ObjectKey key, byte[] bytes) throws PluginException;
    }

    private void each(String prefix, int limit, Check check) throws PluginException {
        for (ObjectStat stat : core.objects().list(prefix, context)) {
            try {
                Optional<byte[]> bytes = core.objects().find(stat.key(), limit, context);
                if (bytes.isPresent()) {
                    check.check(stat.key(), bytes.get());
                }
            } catch (PluginException e) {
                if (e.kind() != ErrorKind.CORRUPT_DATA && e.kind() != ErrorKind.UNSUPPORTED) {
                    throw e;
                }
                findings.add(new Finding(stat.key().value(), State.DAMAGED, String.valueOf(e.getMessage())));
            }
        }
    }

    /** A slot is authenticated by what opens it alone, which is not here; but it is there more than once. */
    private void slots() throws PluginException {
        Map<String, Map.Entry<ObjectKey, byte[]>> bySalt = new TreeMap<>();
        each("keys/" + core.keys().vaultIdHex() + ".", KeySlot.MAX_LENGTH, (key, bytes) -> {
            KeySlot.Form form = KeySlot.form(bytes);
            String salt = form.epoch() + " " + HexFormat.of().formatHex(form.salt());
            Map.Entry<ObjectKey, byte[]> other = bySalt.putIfAbsent(salt, Map.entry(key, bytes));
            if (other != null && !Arrays.equals(other.getValue(), bytes)) {
                findings.add(new Finding(
                        key.value(),
                        State.DAMAGED,
                        "The key objects " + other.getKey() + " and " + key
                                + " should be the same: one of the two is damaged, and the other one opens the vault. Rotate"
                                + " the vault's keys, so that new ones are whole.",
                        Remedy.NONE));
            }
        });
    }
}
