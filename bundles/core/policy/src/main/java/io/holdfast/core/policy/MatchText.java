package io.holdfast.core.policy;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A rule about instances as one line of text, such as {@code provider=ID name=web-* label:env=prod}. Blanks, {@code %} and {@code =}
 * in a value are written {@code %20}, {@code %25}, {@code %3D}; {@code *} alone matches every instance.
 */
public final class MatchText {

    private static final String LABEL = "label:";

    private MatchText() {}

    /** The text of a rule; {@link #read} gives the same back. */
    public static String write(InstanceMatch match) {
        StringBuilder text = new StringBuilder();
        append(text, "provider", match.providerId());
        append(text, "name", match.name());
        append(text, "kind", match.kind());
        match.labels().forEach((name, value) -> append(text, LABEL + escaped(name), value));
        return text.isEmpty() ? "*" : text.toString();
    }

    private static void append(StringBuilder text, String word, @Nullable String value) {
        if (value != null) {
            text.append(text.isEmpty() ? "" : " ").append(word).append('=').append(escaped(value));
        }
    }

    private static String escaped(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String plain(String value) {
        return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** @throws IllegalArgumentException if it makes no sense, saying why */
    public static InstanceMatch read(String text) {
        Map<String, String> words = new HashMap<>();
        Map<String, String> labels = new HashMap<>();
        if (!text.strip().equals("*")) {
            for (String part : text.strip().split("\\s+", -1)) {
                int equals = part.indexOf('=');
                String word = part.substring(0, Math.max(equals, 0));
                String value = plain(part.substring(equals + 1));
                boolean label = word.startsWith(LABEL) && word.length() > LABEL.length();
                boolean known = label || word.equals("provider") || word.equals("name") || word.equals("kind");
                String before = !known
                        ? ""
                        : label ? labels.put(plain(word.substring(LABEL.length())), value) : words.put(word, value);
                if (before != null || value.isEmpty()) {
                    throw new IllegalArgumentException("'" + part + "' in a rule about instances makes no sense; write"
                            + " provider=, name=, kind=, label:NAME=, each once and with a value, or *");
                }
            }
        }
        return new InstanceMatch(words.get("provider"), words.get("name"), words.get("kind"), labels);
    }
}
