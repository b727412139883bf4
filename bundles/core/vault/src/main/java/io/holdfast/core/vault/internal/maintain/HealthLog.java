package io.holdfast.core.vault.internal.maintain;

import io.holdfast.core.vault.VerifyReport;
import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.codec.Encoder;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.store.Envelope;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.core.vault.internal.store.Objects;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is recorded as lost, FORMAT.md section 4. */
public final class HealthLog {

    /**
     * Stands for packs of which nobody knows the name any more, since the segments that named them are lost too: as long as it is
     * recorded, sessions look up each reference of their predecessor.
     */
    static final Id NAMELESS = new Id(0, 0, 0, 0);

    private static final Logger LOG = LoggerFactory.getLogger(HealthLog.class);
    private static final int MAX_ROWS = 1_000_000;
    private static final VerifyReport.State[] STATES = VerifyReport.State.values();

    private final Objects objects;
    private final KeyRing keys;

    /** The records of that destination. */
    public HealthLog(Objects objects, KeyRing keys) {
        this.objects = objects;
        this.keys = keys;
    }

    /** Packs that are lost or damaged as far as is known, with what is wrong with them. */
    public Map<Id, VerifyReport.State> lost(TransferContext context) throws PluginException {
        Map<Id, VerifyReport.State> lost = new HashMap<>();
        for (ObjectStat stat : objects.list("health/", context)) {
            try {
                apply(stat.key(), lost, context);
            } catch (PluginException e) {
                if (e.kind() != io.holdfast.spi.ErrorKind.CORRUPT_DATA) {
                    throw e;
                }
                LOG.warn("Health record left out; verify the vault again: {}", e.getMessage());
            }
        }
        return lost;
    }

    private void apply(ObjectKey key, Map<Id, VerifyReport.State> lost, TransferContext context)
            throws PluginException {
        Optional<byte[]> bytes = objects.find(key, Envelope.MAX_LENGTH, context);
        if (bytes.isEmpty()) {
            return;
        }
        Decoder in = Envelope.unwrap(keys, Envelope.HEALTH, key, bytes.get());
        int count = in.u32(MAX_ROWS);
        for (int i = 0; i < count; i++) {
            Id pack = in.id();
            int state = in.u8();
            if (state > STATES.length) {
                throw in.damaged("a pack is in an unknown state");
            }
            if (state == 0) {
                lost.remove(pack);
            } else {
                lost.put(pack, STATES[state - 1]);
            }
        }
        in.end();
    }

    /** Records findings; an empty state says that the pack is whole again. */
    public void record(Map<Id, Optional<VerifyReport.State>> findings, TransferContext context) throws PluginException {
        if (findings.isEmpty()) {
            return;
        }
        Encoder body = new Encoder(findings.size() * 33 + 4);
        body.u32(findings.size());
        findings.forEach((pack, state) ->
                body.id(pack).u8(state.map(s -> s.ordinal() + 1).orElse(0)));
        long number = 0;
        for (ObjectStat stat : objects.list("health/", context)) {
            number = Math.max(number, ObjectNames.numberOf(stat.key()) + 1);
        }
        while (true) {
            ObjectKey key = ObjectNames.numbered("health", number++);
            if (objects.putExclusive(key, Envelope.wrap(keys, Envelope.HEALTH, key, body.toBytes()), context)) {
                return;
            }
        }
    }
}
