package io.holdfast.core.inventory.internal;

import io.holdfast.core.catalog.CatalogException;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.Set;
import java.util.function.Supplier;

/** The one language in which callers hear of what they did wrong. */
final class Failures {

    /** What a caller can mend; the rest is the catalogue's own and passes. */
    private static final Set<ErrorKind> THE_CALLERS =
            Set.of(ErrorKind.ALREADY_EXISTS, ErrorKind.INVALID_CONFIG, ErrorKind.CONFLICT, ErrorKind.NOT_FOUND);

    private Failures() {}

    /** Runs work on the catalogue; its refusals become checked. */
    static <T> T translating(Supplier<T> work) throws PluginException {
        try {
            return work.get();
        } catch (CatalogException e) {
            if (THE_CALLERS.contains(e.kind())) {
                throw new PluginException(e.kind(), String.valueOf(e.getMessage()), e);
            }
            throw e;
        }
    }

    static PluginException notFound(String noun, String id) {
        String shown = id.length() > 64 ? id.substring(0, 64) + "..." : id;
        return new PluginException(
                ErrorKind.NOT_FOUND,
                "there is no " + noun + " '" + shown.replaceAll("\\p{Cntrl}", "?")
                        + "'; list them to see which there are");
    }

    /** A name that people can read and type. */
    static String checkedName(String noun, String name) throws PluginException {
        if (name.isBlank() || name.length() > 255 || !name.equals(name.strip())) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "the name of a " + noun + " has 1 to 255 characters and no space at its ends");
        }
        if (name.codePoints().anyMatch(Failures::misleads)) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "the name of a " + noun + " has no control characters and none that change the direction of"
                            + " writing or cannot be seen; leave them out");
        }
        return name;
    }

    private static boolean misleads(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }
}
