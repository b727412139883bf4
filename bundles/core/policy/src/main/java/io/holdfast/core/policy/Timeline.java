package io.holdfast.core.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Puts the backups of one instance in order and says of each when it was made, as far as that can be believed.
 *
 * <p>The order is that of the vault's sequence. A time is believed if the server wrote down when it learnt of the backup and the claim is
 * near that; if it is not, what the server wrote down counts. Where it wrote nothing down (the catalogue was rebuilt from the
 * destination) the claim must not lie in the future, must fit between what the server knows of earlier and of later backups, and must
 * be in, or near, every longest run of claims that never go backwards. What does not is <em>doubtful</em>: nobody knows how old it is.
 */
final class Timeline {

    /** What is known of a time. */
    enum Belief {
        /** The time counts. */
        GOOD,
        /** It lies in the future. */
        FUTURE,
        /** It contradicts what is known of other backups. */
        CONTRADICTS
    }

    /**
     * A backup with its time.
     *
     * @param time what counts; never after now. Of a doubtful one: its claim, but no earlier than that of the one before it
     */
    record Dated(BackupPoint point, Instant time, Belief belief) {

        boolean believed() {
            return belief == Belief.GOOD;
        }
    }

    private final Instant now;
    private final List<BackupPoint> ordered;
    private final Map<String, Instant> certain = new HashMap<>();
    private final Set<String> doubtful = new HashSet<>();

    private Timeline(List<BackupPoint> points, Instant now) {
        this.now = now;
        points.stream().filter(p -> recorded(p)).forEach(p -> certain.put(p.id(), known(p)));
        this.ordered = points.stream()
                .sorted(Comparator.comparingLong(BackupPoint::sequence)
                        .thenComparing(this::best)
                        .thenComparing(BackupPoint::id))
                .toList();
    }

    /** The backups of one instance, newest first. */
    static List<Dated> of(List<BackupPoint> points, Instant now) {
        return new Timeline(points, now).dated();
    }

    /** A record that lies in the future was written by a clock that was wrong then. */
    private boolean recorded(BackupPoint point) {
        Instant recorded = point.recorded();
        return recorded != null && !future(recorded);
    }

    private Instant known(BackupPoint point) {
        Instant recorded = point.recorded() == null ? point.created() : point.recorded();
        boolean near = Duration.between(point.created(), recorded).abs().compareTo(Retention.TOLERANCE) <= 0;
        return earlier(now, near ? earlier(point.created(), recorded) : recorded);
    }

    private Instant best(BackupPoint point) {
        return certain.getOrDefault(point.id(), point.created());
    }

    private boolean future(Instant time) {
        return time.isAfter(now.plus(Retention.TOLERANCE));
    }

    private List<Dated> dated() {
        List<BackupPoint> claims = ordered.stream()
                .filter(p -> p.sequence() > 0 && !certain.containsKey(p.id()) && !future(p.created()))
                .toList();
        doubt(claims);
        List<Dated> dated = new ArrayList<>();
        Instant floor = Instant.MIN;
        for (BackupPoint point : ordered) {
            Dated one = dated(point, floor);
            dated.add(one);
            // what the server wrote down needs no neighbour, and a claim is good only if it agrees with its own
            if (one.believed() && point.sequence() > 0) {
                floor = later(floor, one.time());
            }
        }
        Collections.reverse(dated);
        return dated;
    }

    private Dated dated(BackupPoint point, Instant floor) {
        Instant known = certain.get(point.id());
        if (known != null) {
            return new Dated(point, known, Belief.GOOD);
        }
        Instant claim = earlier(now, point.created());
        if (future(point.created())) {
            return new Dated(point, now, Belief.FUTURE);
        }
        if (doubtful.contains(point.id())) {
            return new Dated(point, earlier(now, later(floor, claim)), Belief.CONTRADICTS);
        }
        return new Dated(point, point.sequence() > 0 ? earlier(now, later(floor, claim)) : claim, Belief.GOOD);
    }

    private void doubt(List<BackupPoint> claims) {
        for (BackupPoint claim : claims) {
            if (!fits(claim)) {
                doubtful.add(claim.id());
            }
        }
        List<BackupPoint> left =
                claims.stream().filter(c -> !doubtful.contains(c.id())).toList();
        Set<String> run = longestRun(left);
        Instant[] earliestAfter = new Instant[left.size() + 1];
        earliestAfter[left.size()] = Instant.MAX;
        for (int i = left.size() - 1; i >= 0; i--) {
            earliestAfter[i] = earlier(left.get(i).created(), earliestAfter[i + 1]);
        }
        Instant latestBefore = Instant.MIN;
        for (int i = 0; i < left.size(); i++) {
            Instant claim = left.get(i).created();
            boolean contradicts =
                    claim.isBefore(back(latestBefore)) || back(claim).isAfter(earliestAfter[i + 1]);
            if (contradicts && !run.contains(left.get(i).id())) {
                doubtful.add(left.get(i).id());
            }
            latestBefore = later(latestBefore, claim);
        }
    }

    private static Instant back(Instant time) {
        return time.equals(Instant.MIN) ? time : time.minus(Retention.TOLERANCE);
    }

    /** Whether a claim lies between what the server knows of earlier and of later backups. */
    private boolean fits(BackupPoint claim) {
        for (BackupPoint other : ordered) {
            Instant time = certain.get(other.id());
            if (time == null || other.sequence() <= 0) {
                continue;
            }
            boolean contradicts = other.sequence() < claim.sequence()
                    ? claim.created().isBefore(back(time))
                    : other.sequence() > claim.sequence()
                            && back(claim.created()).isAfter(time);
            if (contradicts) {
                return false;
            }
        }
        return true;
    }

    /** The claims that are in every longest run that never goes backwards: where two claims contradict each other alone, neither is. */
    private static Set<String> longestRun(List<BackupPoint> claims) {
        long[] times =
                claims.stream().mapToLong(c -> c.created().toEpochMilli()).toArray();
        int[] upTo = runs(times);
        int[] from = reversed(runs(negated(reversed(times))));
        int longest = Arrays.stream(upTo).max().orElse(0);
        int[] atPlace = new int[longest + 1];
        for (int i = 0; i < times.length; i++) {
            if (upTo[i] + from[i] - 1 == longest) {
                atPlace[upTo[i]]++;
            }
        }
        Set<String> run = new HashSet<>();
        for (int i = 0; i < times.length; i++) {
            if (upTo[i] + from[i] - 1 == longest && atPlace[upTo[i]] == 1) {
                run.add(claims.get(i).id());
            }
        }
        return run;
    }

    /** How long the longest run is that ends at each time: patience sorting. */
    private static int[] runs(long[] times) {
        int[] lengths = new int[times.length];
        long[] ends = new long[times.length];
        int longest = 0;
        for (int i = 0; i < times.length; i++) {
            int low = 0;
            int high = longest;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (ends[middle] > times[i]) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            ends[low] = times[i];
            lengths[i] = low + 1;
            longest = Math.max(longest, low + 1);
        }
        return lengths;
    }

    private static long[] reversed(long[] values) {
        return IntStream.range(0, values.length)
                .mapToLong(i -> values[values.length - 1 - i])
                .toArray();
    }

    private static int[] reversed(int[] values) {
        return IntStream.range(0, values.length)
                .map(i -> values[values.length - 1 - i])
                .toArray();
    }

    private static long[] negated(long[] values) {
        return Arrays.stream(values).map(v -> -v).toArray();
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
