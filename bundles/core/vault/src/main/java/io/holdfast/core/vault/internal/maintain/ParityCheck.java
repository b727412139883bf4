package io.holdfast.core.vault.internal.maintain;

import io.holdfast.core.vault.VerifyReport.Finding;
import io.holdfast.core.vault.VerifyReport.State;
import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.pack.PackTable;
import io.holdfast.core.vault.internal.parity.ParityObject;
import io.holdfast.core.vault.internal.parity.ParityWriter;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.DestinationCapability;
import io.holdfast.spi.destination.ObjectKey;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the parity of packs, and writes it where it is missing or damaged and the vault is to have it. For one thread. */
final class ParityCheck {

    private static final Logger LOG = LoggerFactory.getLogger(ParityCheck.class);

    private final VaultCore core;
    private final ParityList list;
    private final List<Finding> findings;
    private final TransferContext context;
    private final ParityWriter writer;
    private final boolean writes;
    private long added;

    /** @param findings gets what is wrong */
    ParityCheck(VaultCore core, ParityList list, List<Finding> findings, TransferContext context) {
        this.core = core;
        this.list = list;
        this.findings = findings;
        this.context = context;
        this.writer = new ParityWriter(core);
        this.writes = core.redundancy().any() && !core.readOnly();
    }

    /**
     * Checks the parity of a pack.
     *
     * @param whole the bytes of the pack, none if it is not as it should be
     * @return how many bytes were read
     */
    long check(Id pack, byte[] whole) throws PluginException {
        ObjectKey key = ObjectNames.parity(pack);
        boolean good = whole.length > 0;
        Optional<byte[]> bytes =
                list.has(pack) ? core.objects().findSalvaged(key, ParityObject.MAX_LENGTH, context) : Optional.empty();
        if (bytes.isEmpty()) {
            add(pack, whole);
            return 0;
        }
        if (!intact(pack, bytes.get())) {
            boolean anew = writes && good && isPack(pack, whole) && removed(key) && writer.put(pack, whole, context);
            added += anew ? 1 : 0;
            String rest = anew ? " It is written anew." : "";
            findings.add(new Finding(
                    key.value(), State.DAMAGED, "Its bytes have changed; the pack itself is not concerned." + rest));
        }
        return bytes.get().length;
    }

    private void add(Id pack, byte[] whole) throws PluginException {
        if (writes && whole.length > 0 && isPack(pack, whole) && writer.put(pack, whole, context)) {
            added++;
        }
    }

    /** Something else that lies under its own hash is not worth keeping. */
    private boolean isPack(Id pack, byte[] whole) {
        return PackTable.find(core.keys(), pack, whole).isPresent();
    }

    private boolean intact(Id pack, byte[] bytes) throws PluginException {
        try {
            return ParityObject.parse(core.keys(), pack, bytes).intact();
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA) {
                throw e;
            }
            return false;
        }
    }

    private boolean removed(ObjectKey key) throws PluginException {
        if (!core.objects().destination().capabilities().contains(DestinationCapability.DELETE)) {
            return false;
        }
        try {
            core.objects().destination().delete(key, context);
            return true;
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.PERMISSION && e.kind() != ErrorKind.UNSUPPORTED) {
                throw e;
            }
            LOG.warn("Damaged parity stays: {}", e.getMessage());
            return false;
        }
    }

    /** How many packs have got parity. */
    long added() {
        return added;
    }
}
