package io.holdfast.core.vault.internal.index;

import java.security.MessageDigest;
import javax.crypto.Mac;

/** A MAC over a stream, which stands at its end. */
final class MacTail {

    private final Mac mac;
    private final byte[] last = new byte[Segment.MAC_LENGTH];
    private int held;

    MacTail(Mac mac) {
        this.mac = mac;
    }

    void add(byte[] bytes, int length) {
        int keep = Math.min(last.length, held + length);
        int passed = held + length - keep;
        int ofHeld = Math.min(held, passed);
        mac.update(last, 0, ofHeld);
        mac.update(bytes, 0, passed - ofHeld);
        System.arraycopy(last, ofHeld, last, 0, held - ofHeld);
        int fromBytes = keep - (held - ofHeld);
        System.arraycopy(bytes, length - fromBytes, last, held - ofHeld, fromBytes);
        held = keep;
    }

    boolean matches() {
        return held == last.length && MessageDigest.isEqual(mac.doFinal(), last);
    }
}
