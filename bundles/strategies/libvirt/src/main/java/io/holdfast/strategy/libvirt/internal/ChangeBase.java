package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.ChangeToken;
import io.holdfast.spi.strategy.FullReadReason;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where changes are counted from: a checkpoint that everything speaks for, or nothing. Any doubt means nothing.
 *
 * @param checkpoint empty for a full read
 * @param reason why it is one although there was a token
 */
record ChangeBase(String checkpoint, @Nullable FullReadReason reason) {

    static final String REVERTED = "SNAPSHOT_REVERTED";
    private static final String NO_BITMAPS = "NO_BITMAPS";

    static final ChangeBase NONE = new ChangeBase("", null);

    static ChangeBase full(String code, String message) {
        return new ChangeBase("", new FullReadReason(code, message + "; everything is read"));
    }

    /** A machine none of whose disks keeps a bitmap. What is the same as before is recognised by its content. */
    static ChangeBase withoutBitmaps(Optional<ChangeToken> previous) {
        return previous.isEmpty()
                ? NONE
                : full(NO_BITMAPS, "none of the machine's disks keeps bitmaps (raw, QCOW2 version 2, other storage)");
    }

    /**
     * Examines the token of the last backup.
     *
     * @param now what the disks that can tell changes are now
     * @param checkpoints that the machine has
     * @param reverted checkpoints that went because the machine went back to a snapshot
     */
    static ChangeBase of(
            Optional<ChangeToken> previous, Collection<Token.Disk> now, List<String> checkpoints, List<String> reverted)
            throws PluginException {
        if (previous.isEmpty()) {
            return NONE;
        }
        if (Token.saysStopped(previous.get())) {
            return full(
                    "MACHINE_WAS_STOPPED",
                    "the last backup was of the stopped machine, of which libvirt keeps no changes");
        }
        if (Token.saysWhole(previous.get())) {
            return full(NO_BITMAPS, "the last backup has left no checkpoint from which changes could be counted");
        }
        Optional<Token> token = Token.parse(previous.get());
        if (token.isEmpty()) {
            return full("TOKEN_LOST", "the note of the last backup cannot be read");
        }
        if (reverted.contains(token.get().checkpoint())) {
            return full(REVERTED, "the machine went back to a snapshot since the last backup");
        }
        if (!checkpoints.contains(token.get().checkpoint())) {
            return full(
                    "CHECKPOINT_LOST",
                    "the checkpoint " + token.get().checkpoint() + " of the last backup is gone from the host");
        }
        Map<String, Token.Disk> before = new HashMap<>();
        token.get().disks().forEach(disk -> before.put(disk.target(), disk));
        for (Token.Disk disk : now) {
            FullReadReason reason = difference(before.get(disk.target()), disk);
            if (reason != null) {
                return full(reason.code(), reason.message());
            }
        }
        return new ChangeBase(token.get().checkpoint(), null);
    }

    /** Whether everything is read because the machine went back to a snapshot. */
    boolean reverted() {
        return reason != null && reason.code().equals(REVERTED);
    }

    private static @Nullable FullReadReason difference(Token.@Nullable Disk before, Token.Disk now) {
        String target = "disk " + Commands.printable(now.target());
        if (before == null) {
            return new FullReadReason("DISK_ADDED", target + " was not in the last backup");
        }
        if (before.size() != now.size()) {
            return new FullReadReason(
                    "DISK_RESIZED", target + " had " + before.size() + " bytes and has " + now.size() + " now");
        }
        if (!before.path().equals(now.path()) || !before.inode().equals(now.inode())) {
            return new FullReadReason("DISK_REPLACED", target + " has another image than in the last backup");
        }
        return null;
    }
}
