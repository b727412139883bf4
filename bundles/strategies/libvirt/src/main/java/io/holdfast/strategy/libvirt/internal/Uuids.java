package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.regex.Pattern;

/** The ids of machines. */
final class Uuids {

    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private Uuids() {}

    static boolean isOne(String text) {
        return UUID.matcher(text).matches();
    }

    /** @throws PluginException {@code NOT_FOUND} for what is no id of a machine */
    static String require(String text) throws PluginException {
        if (!isOne(text)) {
            throw new PluginException(
                    ErrorKind.NOT_FOUND,
                    "there is no machine '" + Commands.printable(text) + "': machines are known by their UUID;"
                            + " run the inventory again");
        }
        return text;
    }
}
