package io.holdfast.core.security.internal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Remembers for a short time which passwords were right, so that basic authentication does not cost a slow hash with every
 * request. Kept is a keyed hash of name, stored hash and password under a key that dies with the process: a changed password
 * is no longer in here.
 */
final class RecentLogins {

    private static final int MOST = 1_000;

    private final Clock clock;
    private final Duration lifetime;
    private final SecretKeySpec key;
    private final Map<String, Instant> until = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
            return size() > MOST;
        }
    };

    RecentLogins(Clock clock, Duration lifetime, SecureRandom random) {
        this.clock = clock;
        this.lifetime = lifetime;
        byte[] raw = new byte[32];
        random.nextBytes(raw);
        this.key = new SecretKeySpec(raw, "HmacSHA256");
    }

    boolean contains(String user, String storedHash, String password) {
        String tag = tag(user, storedHash, password);
        synchronized (until) {
            Instant end = until.get(tag);
            Instant now = clock.instant();
            // a clock that was set back must not prolong it
            return end != null
                    && now.isBefore(end)
                    && now.isAfter(end.minus(lifetime).minusSeconds(1));
        }
    }

    void add(String user, String storedHash, String password) {
        String tag = tag(user, storedHash, password);
        synchronized (until) {
            until.remove(tag);
            until.put(tag, clock.instant().plus(lifetime));
        }
    }

    private String tag(String user, String storedHash, String password) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            String whole = user + "\0" + storedHash + "\0" + password;
            return HexFormat.of().formatHex(mac.doFinal(whole.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA256", e);
        }
    }
}
