package io.holdfast.core.vault.internal.keys;

import io.holdfast.core.vault.RecoveryShare;
import io.holdfast.core.vault.internal.crypto.Shamir;
import io.holdfast.core.vault.internal.crypto.ShareSecret;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Shares of a set, split and joined. */
public final class ShareSets {

    private ShareSets() {}

    /** A set of its own: a new random secret. */
    public static ShareSecret generate(int threshold, int count, SecureRandom random) throws PluginException {
        if (!ShareSecret.possible(threshold, count)) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "A set of recovery shares has 2 to " + ShareSecret.MAX_COUNT
                            + " shares, of which 2 or more, and not more than there are, open the vault.");
        }
        byte[] id = new byte[ShareSecret.ID];
        byte[] secret = new byte[ShareSecret.LENGTH];
        random.nextBytes(id);
        random.nextBytes(secret);
        return new ShareSecret(id, threshold, count, secret);
    }

    /** All shares of a set, by number. */
    public static List<RecoveryShare> split(ShareSecret set, SecureRandom random) {
        List<Integer> numbers = IntStream.rangeClosed(1, set.count()).boxed().toList();
        return Shamir.split(set.secret(), set.threshold(), numbers, random).stream()
                .map(p -> RecoveryShare.of(set.setId(), set.threshold(), set.count(), p.number(), p.value()))
                .toList();
    }

    /**
     * Joins shares of one set; more than are needed do not matter, nor do repeated ones.
     *
     * @throws PluginException {@code AUTHENTICATION} if they are of several sets, too few, or contradict each other
     */
    public static ShareSecret join(List<RecoveryShare> shares) throws PluginException {
        Map<String, List<RecoveryShare>> sets = bySet(shares);
        if (sets.size() > 1) {
            throw refused("These are shares of different sets: " + described(sets)
                    + ". Give shares of one set alone; its id is printed on each.");
        }
        if (shares.isEmpty()) {
            throw refused("No recovery share was given.");
        }
        return joinSet(shares);
    }

    /** Joins the shares of each set for itself. */
    public static List<ShareSecret> joinAll(List<RecoveryShare> shares) throws PluginException {
        List<ShareSecret> joined = new ArrayList<>();
        for (List<RecoveryShare> set : bySet(shares).values()) {
            joined.add(joinSet(set));
        }
        return joined;
    }

    private static Map<String, List<RecoveryShare>> bySet(List<RecoveryShare> shares) {
        return shares.stream()
                .collect(Collectors.groupingBy(RecoveryShare::set, LinkedHashMap::new, Collectors.toList()));
    }

    private static ShareSecret joinSet(List<RecoveryShare> shares) throws PluginException {
        RecoveryShare first = shares.get(0);
        Map<Integer, RecoveryShare> byNumber = new TreeMap<>();
        for (RecoveryShare share : shares) {
            if (share.threshold() != first.threshold() || share.count() != first.count()) {
                throw refused("Shares " + first.number() + " and " + share.number() + " of the set " + first.set()
                        + " contradict each other; one of them is no share of this set.");
            }
            RecoveryShare other = byNumber.putIfAbsent(share.number(), share);
            if (other != null && !other.equals(share)) {
                throw refused("Two different shares are number " + share.number() + " of the set " + share.set()
                        + "; one of them is no share of this set.");
            }
        }
        if (byNumber.size() < first.threshold()) {
            throw refused("The set " + first.set() + " needs " + first.threshold() + " different shares, and "
                    + byNumber.size() + " " + (byNumber.size() == 1 ? "was" : "were") + " given: number "
                    + listed(byNumber) + ". Give " + (first.threshold() - byNumber.size()) + " more.");
        }
        List<Shamir.Point> points = byNumber.values().stream()
                .limit(first.threshold())
                .map(s -> new Shamir.Point(s.number(), s.value()))
                .toList();
        return new ShareSecret(first.setId(), first.threshold(), first.count(), Shamir.join(points));
    }

    private static String described(Map<String, List<RecoveryShare>> sets) {
        return sets.entrySet().stream()
                .map(e -> "number "
                        + e.getValue().stream().map(s -> "" + s.number()).collect(Collectors.joining(", "))
                        + " of the set "
                        + e.getKey())
                .collect(Collectors.joining("; "));
    }

    private static String listed(Map<Integer, RecoveryShare> byNumber) {
        return byNumber.keySet().stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static PluginException refused(String message) {
        return new PluginException(ErrorKind.AUTHENTICATION, message);
    }
}
