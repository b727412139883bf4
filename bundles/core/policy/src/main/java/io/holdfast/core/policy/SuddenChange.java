package io.holdfast.core.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Says whether a backup is unlike those before it, as when somebody has encrypted, replaced or emptied a machine. Pure functions.
 *
 * <p>A number is unusual if it is further from the median of the last {@value #LAST} backups than {@value #DEVIATIONS} times their median
 * deviation (times 1.4826, which for normal noise is the standard deviation), and further than a floor, so that what never changes
 * does not cry wolf over a trifle: {@value #RATE_FLOOR} for the change rate, {@value #RANDOM_FLOOR} for the share that looks random
 * (which counts only where at least {@value #RATE_FLOOR} of everything is new), half of the usual size for the size. There must be
 * {@value #LEAST} backups before. Median and median deviation, unlike mean and standard deviation, are not moved by a few outliers before.
 */
public final class SuddenChange {

    /** So many backups before are looked at. */
    public static final int LAST = 30;
    /** So many must be there. */
    public static final int LEAST = 5;
    /** So many median deviations are unusual. */
    public static final double DEVIATIONS = 6;
    /** The least change of the change rate that is looked at. */
    public static final double RATE_FLOOR = 0.1;
    /** The least change of the share that looks random. */
    public static final double RANDOM_FLOOR = 0.3;

    private static final double TO_STANDARD_DEVIATION = 1.4826;

    private SuddenChange() {}

    /**
     * The numbers of one backup.
     *
     * @param changeRate share of its data that was new, 0 to 1
     * @param randomShare share of the new data that looked random, 0 to 1; negative if unknown
     * @param logicalBytes its size
     */
    public record Numbers(double changeRate, double randomShare, long logicalBytes) {}

    /**
     * Compares a backup with those before it.
     *
     * @param before the backups of the same instance before it, newest first; only the first {@value #LAST} count
     * @return what is unusual, for people; empty if nothing is, or if there are too few backups to tell
     */
    public static Optional<String> of(Numbers backup, List<Numbers> before) {
        List<Numbers> last = before.subList(0, Math.min(LAST, before.size()));
        if (last.size() < LEAST) {
            return Optional.empty();
        }
        List<String> unusual = new ArrayList<>();
        above(backup, last, Numbers::changeRate, RATE_FLOOR)
                .ifPresent(
                        m -> unusual.add(text("%.1f %% is new, usual is %.1f %%", 100 * backup.changeRate(), 100 * m)));
        List<Numbers> known = last.stream().filter(n -> n.randomShare() >= 0).toList();
        if (backup.randomShare() >= 0 && backup.changeRate() >= RATE_FLOOR && known.size() >= LEAST) {
            above(backup, known, Numbers::randomShare, RANDOM_FLOOR)
                    .ifPresent(m -> unusual.add(text(
                            "%.0f %% of what is new looks random, usual is %.0f %%",
                            100 * backup.randomShare(), 100 * m)));
        }
        double size = median(last, Numbers::logicalBytes);
        double away = Math.abs(backup.logicalBytes() - size);
        if (away > size / 2 && away > DEVIATIONS * deviation(last, Numbers::logicalBytes, size)) {
            unusual.add(text("it has %d bytes, usual are %.0f", backup.logicalBytes(), size));
        }
        return unusual.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", unusual));
    }

    private static Optional<Double> above(
            Numbers backup, List<Numbers> last, ToDoubleFunction<Numbers> number, double floor) {
        double median = median(last, number);
        double above = number.applyAsDouble(backup) - median;
        return above > floor && above > DEVIATIONS * deviation(last, number, median)
                ? Optional.of(median)
                : Optional.empty();
    }

    private static double deviation(List<Numbers> last, ToDoubleFunction<Numbers> number, double median) {
        return TO_STANDARD_DEVIATION * median(last, n -> Math.abs(number.applyAsDouble(n) - median));
    }

    private static double median(List<Numbers> last, ToDoubleFunction<Numbers> number) {
        double[] sorted = last.stream().mapToDouble(number).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
