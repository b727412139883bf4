package io.holdfast.core.policy;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One rule about instances: all conditions that are given must hold. Texts are compared in full and case matters; in names and values
 * of labels {@code *} stands for anything and {@code ?} for one character.
 *
 * @param providerId only instances of this provider; null for any
 * @param name pattern of the name; null for any
 * @param kind only instances of this kind, such as machine; null for any
 * @param labels patterns of labels by their names; a label that the instance does not have matches nothing
 */
public record InstanceMatch(
        @Nullable String providerId,
        @Nullable String name,
        @Nullable String kind,
        Map<String, String> labels) {

    /** Copies the labels. */
    public InstanceMatch {
        labels = java.util.Collections.unmodifiableMap(new TreeMap<>(labels));
    }

    /** Whether a rule holds of an instance. */
    public boolean matches(Candidate candidate) {
        return (providerId == null || providerId.equals(candidate.providerId()))
                && (kind == null || kind.equals(candidate.kind()))
                && (name == null || glob(name, candidate.name()))
                && labels.entrySet().stream()
                        .allMatch(e -> label(candidate.labels().get(e.getKey()), e.getValue()));
    }

    private static boolean label(@Nullable String value, String pattern) {
        return value != null && glob(pattern, value);
    }

    /** Whether a text is what a pattern of {@code *} and {@code ?} says, in time proportional to both. */
    static boolean glob(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int mark = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                mark = t;
            } else if (p < pattern.length() && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++mark;
            } else {
                return false;
            }
        }
        return Pattern.matches("\\**", pattern.substring(p));
    }

    /**
     * An instance as coverage sees it.
     *
     * @param id the catalogue's
     * @param providerId where it lives
     * @param name what people call it
     * @param kind machine, directory, ...
     * @param labels tags and groups
     * @param present whether the last inventory found it
     */
    public record Candidate(
            String id, String providerId, String name, String kind, Map<String, String> labels, boolean present) {

        /** Copies the labels. */
        public Candidate {
            labels = Map.copyOf(labels);
        }
    }
}
