package io.holdfast.access.rest.internal;

import io.holdfast.access.model.Texts;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what stands in addresses. */
final class Parameters {

    private Parameters() {}

    /** A whole number within bounds, or the usual one if none was given. */
    static long number(Problems problems, String name, @Nullable String text, long usual, long min, long max) {
        if (text == null) {
            return usual;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw problems.invalid("query parameter '" + name + "' must be a whole number from " + min + " to " + max
                + ", not '" + Texts.printable(text) + "'");
    }

    /** Values of an enumeration, each given once more, or separated by commas. */
    static <E extends Enum<E>> Set<E> constants(Problems problems, String name, List<String> texts, Class<E> type) {
        Set<E> constants = new LinkedHashSet<>();
        for (String text : texts) {
            for (String word : text.split(",", -1)) {
                constants.add(Arrays.stream(type.getEnumConstants())
                        .filter(constant -> constant.name().equals(word))
                        .findFirst()
                        .orElseThrow(() -> problems.invalid("query parameter '" + name + "' must be one of "
                                + Arrays.toString(type.getEnumConstants()) + ", not '" + Texts.printable(word) + "'")));
            }
        }
        return constants;
    }

    /** What was found, or a 404 that names it. */
    static <T> T found(Optional<T> record, String kind, String id) throws PluginException {
        return record.orElseThrow(() ->
                new PluginException(ErrorKind.NOT_FOUND, "there is no " + kind + " '" + Texts.printable(id) + "'"));
    }

    /** The type of a provider or a destination is settled when it is added. */
    static void requireSameType(String is, String wanted) throws PluginException {
        if (!is.equals(wanted)) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "the type '" + is + "' cannot be changed to '" + Texts.printable(wanted) + "'; add another one");
        }
    }
}
