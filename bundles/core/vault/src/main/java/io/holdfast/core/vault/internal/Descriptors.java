package io.holdfast.core.vault.internal;

import io.holdfast.core.vault.VaultOptions;
import io.holdfast.core.vault.VerifyReport.Finding;
import io.holdfast.core.vault.VerifyReport.Remedy;
import io.holdfast.core.vault.VerifyReport.State;
import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.codec.Encoder;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.store.Envelope;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.core.vault.internal.store.Objects;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The descriptor of a vault, its spare, and the records of who owns it: FORMAT.md section 4.1. One damaged object of these hides
 * nothing.
 */
public final class Descriptors {

    /** Whose a vault is of which the latest adoption is damaged: nobody's. */
    public static final String NOBODY = "";

    private static final Logger LOG = LoggerFactory.getLogger(Descriptors.class);
    private static final int SMALL = 4096;

    private final Objects objects;
    private final TransferContext context;

    /** Of the vault in these objects. */
    public Descriptors(Objects objects, TransferContext context) {
        this.objects = objects;
        this.context = context;
    }

    /**
     * What is seen without keys.
     *
     * @param vaultId 16 bytes
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Seen(byte[] vaultId, Descriptor descriptor) {}

    /** The descriptor, with the present owner; empty if there is no vault. */
    Optional<Seen> see() throws PluginException {
        Optional<Seen> seen = descriptorSeen();
        if (seen.isEmpty()) {
            return seen;
        }
        byte[] vaultId = seen.get().vaultId();
        VaultOptions options = seen.get().descriptor().options();
        return Optional.of(
                new Seen(vaultId, new Descriptor(options, owner(seen.get().descriptor(), Envelope::body))));
    }

    /** Nothing is authenticated without keys, so what is seen must at least agree with the name of the spare. */
    private Optional<Seen> descriptorSeen() throws PluginException {
        List<ObjectStat> spares = objects.list(ObjectNames.SPARES, context);
        PluginException damage = null;
        try {
            Optional<byte[]> bytes = objects.find(ObjectNames.DESCRIPTOR, SMALL, context);
            if (bytes.isPresent()) {
                Seen seen = seen(ObjectNames.DESCRIPTOR, bytes.get());
                if (agrees(seen, spares)) {
                    return Optional.of(seen);
                }
                damage = otherThanItsSpare();
            }
        } catch (PluginException e) {
            damage = tolerated(e);
        }
        if (spares.size() == 1 && (damage != null || inUse())) {
            ObjectKey spare = spares.get(0).key();
            return Optional.of(seen(spare, objects.get(spare, SMALL, context)));
        }
        if (damage != null) {
            throw damage;
        }
        return Optional.empty();
    }

    private static boolean agrees(Seen seen, List<ObjectStat> spares) {
        ObjectKey own = ObjectNames.spare(HexFormat.of().formatHex(seen.vaultId()));
        return spares.isEmpty() || spares.stream().anyMatch(spare -> spare.key().equals(own));
    }

    private static Seen seen(ObjectKey key, byte[] bytes) throws PluginException {
        Descriptor descriptor = Descriptor.decode(Envelope.body(Envelope.DESCRIPTOR, key, bytes));
        return new Seen(Envelope.vaultId(bytes), descriptor);
    }

    /** Whether there are backups: what a vault of which the descriptor is gone still has, and one that was never finished has not. */
    boolean inUse() throws PluginException {
        return !objects.destination().list("manifests/", null, 1, context).isEmpty();
    }

    /**
     * The authenticated descriptor, with the present owner.
     *
     * @throws PluginException {@code NOT_FOUND} without a vault, {@code AUTHENTICATION} if it is another one, {@code CORRUPT_DATA} if
     *     neither it nor its spare is whole, {@code UNSUPPORTED} if a later version has made it its own
     */
    Descriptor load(KeyRing keys) throws PluginException {
        Descriptor descriptor = descriptor(keys);
        return new Descriptor(
                descriptor.options(),
                owner(descriptor, (magic, key, bytes) -> Envelope.unwrap(keys, magic, key, bytes)));
    }

    private Descriptor descriptor(KeyRing keys) throws PluginException {
        Look first = look(ObjectNames.DESCRIPTOR, keys);
        if (first.good().isPresent()) {
            return first.good().get();
        }
        boolean none = first.is(ErrorKind.NOT_FOUND) && !inUse();
        boolean anothers = first.is(ErrorKind.AUTHENTICATION) && !onlySpareIsOf(keys);
        PluginException trouble = first.is(ErrorKind.NOT_FOUND)
                ? DefaultVaultFactory.noVault()
                : first.trouble().orElseThrow();
        if (none || anothers) {
            throw trouble;
        }
        Look spare = look(ObjectNames.spare(keys.vaultIdHex()), keys);
        LOG.warn("The vault is opened by the spare of its descriptor, if that is good: {}", trouble.getMessage());
        return spare.good().orElseThrow(() -> first.is(ErrorKind.AUTHENTICATION) ? otherThanItsSpare() : trouble);
    }

    /** Then a descriptor that names another vault is damaged; otherwise that vault has taken the place. */
    private boolean onlySpareIsOf(KeyRing keys) throws PluginException {
        List<ObjectStat> spares = objects.list(ObjectNames.SPARES, context);
        return spares.size() == 1 && spares.get(0).key().equals(ObjectNames.spare(keys.vaultIdHex()));
    }

    private static PluginException otherThanItsSpare() {
        return Decoder.damaged(ObjectNames.DESCRIPTOR.value(), "it is that of another vault than its spare");
    }

    private static Descriptor authentic(ObjectKey key, byte[] bytes, KeyRing keys) throws PluginException {
        Envelope.body(Envelope.DESCRIPTOR, key, bytes);
        if (!Arrays.equals(Envelope.vaultId(bytes), keys.vaultId())) {
            throw new PluginException(ErrorKind.AUTHENTICATION, "The keys belong to another vault.");
        }
        return Descriptor.decode(Envelope.unwrap(keys, Envelope.DESCRIPTOR, key, bytes));
    }

    /** The failure, if it is one of the object, so that another one may be good. */
    private static PluginException tolerated(PluginException e) throws PluginException {
        return switch (e.kind()) {
            case CORRUPT_DATA, UNSUPPORTED, AUTHENTICATION -> e;
            default -> throw e;
        };
    }

    /** The descriptor once more, then the descriptor itself, which makes the vault; says false if there is another one already. */
    boolean put(KeyRing keys, VaultOptions options, String applianceId) throws PluginException {
        Descriptor descriptor = new Descriptor(options, applianceId);
        put(ObjectNames.spare(keys.vaultIdHex()), descriptor, keys);
        return put(ObjectNames.DESCRIPTOR, descriptor, keys);
    }

    /**
     * What is wrong with the descriptor and its spare. One that is not there is put again, from the other one or from what an open
     * vault knows of itself.
     *
     * @param known what it knows
     */
    public List<Finding> check(KeyRing keys, Descriptor known, boolean readOnly) throws PluginException {
        ObjectKey spare = ObjectNames.spare(keys.vaultIdHex());
        Look first = look(ObjectNames.DESCRIPTOR, keys);
        Look second = look(spare, keys);
        Descriptor good = first.good().or(second::good).orElse(known);
        boolean anothers = first.is(ErrorKind.AUTHENTICATION); // then this is no place to write to
        List<Finding> findings = new ArrayList<>();
        if (first.trouble().isPresent()) {
            boolean put = first.is(ErrorKind.NOT_FOUND) && !readOnly && put(ObjectNames.DESCRIPTOR, good, keys);
            findings.add(finding(
                    ObjectNames.DESCRIPTOR,
                    first.trouble().get(),
                    put,
                    second.good().isPresent()));
        }
        if (second.trouble().isPresent()) {
            boolean gone = second.is(ErrorKind.NOT_FOUND);
            boolean put = gone && !readOnly && !anothers && put(spare, good, keys);
            if (!gone) {
                findings.add(
                        finding(spare, second.trouble().get(), put, first.good().isPresent()));
            }
        }
        return findings;
    }

    /** What came of reading one of the two. */
    private record Look(Optional<Descriptor> good, Optional<PluginException> trouble) {

        boolean is(ErrorKind kind) {
            return trouble.isPresent() && trouble.get().kind() == kind;
        }
    }

    private Look look(ObjectKey key, KeyRing keys) throws PluginException {
        try {
            Optional<byte[]> bytes = objects.find(key, SMALL, context);
            if (bytes.isEmpty()) {
                PluginException gone = new PluginException(ErrorKind.NOT_FOUND, key + " is gone.");
                return new Look(Optional.empty(), Optional.of(gone));
            }
            return new Look(Optional.of(authentic(key, bytes.get(), keys)), Optional.empty());
        } catch (PluginException e) {
            return new Look(Optional.empty(), Optional.of(tolerated(e)));
        }
    }

    private static Finding finding(ObjectKey key, PluginException trouble, boolean put, boolean otherGood) {
        String what = put
                ? " It was written again."
                : otherGood
                        ? " Its other copy is whole and serves."
                        : " Its other copy is no better: delete both while this appliance has the vault open, and verify it"
                                + " again; then they are written anew.";
        return new Finding(
                key.value(),
                trouble.kind() == ErrorKind.NOT_FOUND ? State.MISSING : State.DAMAGED,
                trouble.getMessage() + what,
                put || otherGood ? Remedy.REPAIRED : Remedy.NONE);
    }

    private boolean put(ObjectKey key, Descriptor descriptor, KeyRing keys) throws PluginException {
        return objects.putExclusive(key, Envelope.wrap(keys, Envelope.DESCRIPTOR, key, descriptor.encode()), context);
    }

    private interface Reading {
        Decoder body(int magic, ObjectKey key, byte[] bytes) throws PluginException;
    }

    private String owner(Descriptor descriptor, Reading reading) throws PluginException {
        Optional<ObjectKey> latest = latestOwner();
        if (latest.isEmpty()) {
            return descriptor.owner();
        }
        try {
            byte[] adoption = objects.get(latest.get(), SMALL, context);
            return reading.body(Envelope.OWNER, latest.get(), adoption).str16();
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA) {
                throw e;
            }
            LOG.warn("Nothing says whose the vault is: {}", e.getMessage());
            return NOBODY;
        }
    }

    private Optional<ObjectKey> latestOwner() throws PluginException {
        return objects.list("owner/", context).stream().map(ObjectStat::key).reduce((a, b) -> b);
    }

    /** Makes an appliance the owner, from now on; says false if another one does so at the same time. */
    boolean adopt(KeyRing keys, String applianceId) throws PluginException {
        long number = latestOwner().map(ObjectNames::numberOf).orElse(-1L) + 1;
        ObjectKey key = ObjectNames.numbered("owner", number);
        byte[] body = new Encoder().str16(applianceId).toBytes();
        return objects.putExclusive(key, Envelope.wrap(keys, Envelope.OWNER, key, body), context);
    }

    /** @throws PluginException {@code CONFLICT} if the vault is not that appliance's */
    static void requireOwner(Descriptor descriptor, String applianceId) throws PluginException {
        if (descriptor.owner().equals(applianceId)) {
            return;
        }
        throw new PluginException(
                ErrorKind.CONFLICT,
                descriptor.owner().equals(NOBODY)
                        ? "The record of whose the vault is, the last one in owner/, is damaged; adopt the vault if it is yours."
                        : "The vault belongs to the appliance " + descriptor.owner()
                                + "; adopt it if that one is gone.");
    }
}
