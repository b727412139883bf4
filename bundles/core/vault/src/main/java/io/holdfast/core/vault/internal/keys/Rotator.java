package io.holdfast.core.vault.internal.keys;

import io.holdfast.core.vault.Rotation;
import io.holdfast.core.vault.internal.crypto.Hpke;
import io.holdfast.core.vault.internal.crypto.KeyCodec;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.crypto.KeySlot;
import io.holdfast.core.vault.internal.crypto.ShareSecret;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** A new key epoch: its slots first, then its record, which puts it in force. FORMAT.md section 3.5. */
public final class Rotator {

    private final KeyObjects objects;
    private final KeyCodec.Parts parts;
    private final KeyRing keys;
    private final SecureRandom random;

    /**
     * A rotation of that vault's keys.
     *
     * @param parts of the reader's keys
     */
    public Rotator(KeyObjects objects, KeyCodec.Parts parts, SecureRandom random) throws PluginException {
        this.objects = objects;
        this.parts = parts;
        this.keys = new KeyRing(parts);
        this.random = random;
    }

    /** Rotates; or gives the keys of the newer epoch, if a rotation that was cut off had put one in force already. */
    public KeyCodec.Parts rotate(Rotation rotation) throws PluginException {
        List<ShareSecret> sets = ShareSets.joinAll(rotation.shares());
        List<Way> ways = ways(rotation, sets);
        Optional<KeyCodec.Parts> newer = objects.newer(parts.epoch(), ways, keys);
        if (newer.isPresent()) {
            return newer.get();
        }
        check(rotation, sets);
        KeyCodec.Parts next = next();
        KeyRing ring = new KeyRing(next);
        for (int i = 0; i < ways.size(); i++) {
            byte[] slot = ways.get(i).wrap(next, random);
            objects.put(slot, next.epoch(), i * KeyObjects.COPIES);
        }
        objects.put(EpochRecord.key(next.epoch()), EpochRecord.of(next).encode(ring));
        return next;
    }

    private static List<Way> ways(Rotation rotation, List<ShareSecret> sets) {
        List<Way> ways = new ArrayList<>();
        ways.add(Way.of(rotation.recoveryKey()));
        String passphrase = rotation.passphrase();
        if (passphrase != null) {
            ways.add(Way.of(passphrase.toCharArray()));
        }
        sets.forEach(set -> ways.add(Way.of(set)));
        return ways;
    }

    /** Nothing that opens the present epoch is left behind unless somebody says so. */
    private void check(Rotation rotation, List<ShareSecret> sets) throws PluginException {
        List<byte[]> slots = objects.slots(parts.epoch());
        if (!rotation.newRecoveryKey() && !opensAny(Way.of(rotation.recoveryKey()), slots)) {
            throw new PluginException(
                    ErrorKind.AUTHENTICATION,
                    "This is not the recovery key of key epoch " + parts.epoch()
                            + "; give that, or ask for a new one.");
        }
        checkPassphrase(rotation, slots);
        for (ShareSecret set : sets) {
            if (!opensAny(Way.of(set), slots)) {
                throw new PluginException(
                        ErrorKind.AUTHENTICATION,
                        "The shares of the set " + ShareSecret.name(set.setId()) + " open no keys of epoch "
                                + parts.epoch() + ".");
            }
        }
        if (!rotation.withoutShares()) {
            checkSets(sets, slots);
        }
    }

    private void checkPassphrase(Rotation rotation, List<byte[]> slots) throws PluginException {
        boolean has = false;
        for (byte[] slot : slots) {
            has |= KeySlot.form(slot).type() == KeySlot.PASSPHRASE;
        }
        if (!has || rotation.withoutPassphrase()) {
            return;
        }
        String passphrase = rotation.passphrase();
        if (passphrase == null) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "The vault has a passphrase, which only who knows it can take along: give it, or say that the new epoch"
                            + " is to be without it.");
        }
        if (!opensAny(Way.of(passphrase.toCharArray()), slots)) {
            throw new PluginException(
                    ErrorKind.AUTHENTICATION,
                    "This is not the passphrase of this vault. To change it, say that the new epoch is to be without the"
                            + " present one.");
        }
    }

    private void checkSets(List<ShareSecret> given, List<byte[]> slots) throws PluginException {
        TreeSet<String> missing = new TreeSet<>();
        for (byte[] slot : slots) {
            KeySlot.Form form = KeySlot.form(slot);
            if (form.type() == KeySlot.SHARES) {
                missing.add(ShareSecret.name(form.setId()) + " (" + form.threshold() + " of " + form.count() + ")");
            }
        }
        given.forEach(set ->
                missing.remove(ShareSecret.name(set.setId()) + " (" + set.threshold() + " of " + set.count() + ")"));
        if (!missing.isEmpty()) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "The vault has sets of recovery shares of which none were given: " + String.join(", ", missing)
                            + ". Give as many shares of each as it needs, or say that the new epoch is to be without them;"
                            + " a new set can be made afterwards.");
        }
    }

    private static boolean opensAny(Way way, List<byte[]> slots) throws PluginException {
        for (byte[] slot : slots) {
            if (way.open(slot).isPresent()) {
                return true;
            }
        }
        return false;
    }

    private KeyCodec.Parts next() throws PluginException {
        Optional<Integer> epoch = objects.free(parts.epoch());
        if (epoch.isEmpty() || parts.earlier().size() >= KeyCodec.MAX_EARLIER) {
            throw new PluginException(
                    ErrorKind.QUOTA, "This vault has had as many key epochs as it can have; make a new vault.");
        }
        List<KeyCodec.Earlier> earlier = new ArrayList<>(parts.earlier());
        byte[] privateKey = Optional.ofNullable(parts.privateKey()).orElseThrow();
        earlier.add(new KeyCodec.Earlier(parts.epoch(), parts.publicKey(), privateKey));
        Hpke.Pair pair = Hpke.generate();
        return new KeyCodec.Parts(
                parts.vaultId(), epoch.get(), parts.dedupSecret(), pair.publicKey(), pair.privateKey(), earlier);
    }
}
