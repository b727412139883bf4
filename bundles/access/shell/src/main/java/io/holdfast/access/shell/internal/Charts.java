package io.holdfast.access.shell.internal;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Numbers as a line of text. */
final class Charts {

    private static final String BARS = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588";

    private Charts() {}

    /** One bar for each number from 0 to 1; a space for what is not known, or not a number. */
    static String line(List<@Nullable Double> shares) {
        StringBuilder line = new StringBuilder();
        for (Double share : shares) {
            if (share == null || share.isNaN()) {
                line.append(' ');
            } else {
                double inRange = Math.max(0, Math.min(1, share));
                line.append(BARS.charAt((int) Math.min(BARS.length() - 1, Math.floor(inRange * BARS.length()))));
            }
        }
        return line.toString();
    }

    /** A share for people; empty if it is not known. */
    static String percent(@Nullable Double share) {
        return share == null ? "" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
