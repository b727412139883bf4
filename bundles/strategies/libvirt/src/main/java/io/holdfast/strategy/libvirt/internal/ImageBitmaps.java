package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The dirty bitmaps that are written in QCOW2 images. No image with one goes back to a snapshot: QEMU refuses. */
final class ImageBitmaps {

    private static final String SECTION = "\"bitmaps\":";
    private static final Pattern NAME = Pattern.compile("\"name\":\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

    private final Commands commands;

    ImageBitmaps(Commands commands) {
        this.commands = commands;
    }

    /** The names of an image's bitmaps, as JSON writes them. Those that a running QEMU has not written yet are not among them. */
    List<String> of(String image) throws PluginException {
        String text = commands.must(
                        "cannot look into the image " + Commands.printable(image),
                        "qemu-img",
                        "info",
                        "--force-share",
                        "--output=json",
                        "-f",
                        "qcow2",
                        "--",
                        image)
                .text();
        return names(text);
    }

    /** Reads what {@code qemu-img info --output=json} says. */
    static List<String> names(String json) {
        int section = json.indexOf(SECTION);
        List<String> names = new ArrayList<>();
        if (section < 0) {
            return names;
        }
        int start = section + SECTION.length();
        Matcher name = NAME.matcher(json.substring(start, end(json, start)));
        while (name.find()) {
            names.add(name.group(1));
        }
        return names;
    }

    /** Where the array ends that begins there. */
    private static int end(String json, int start) {
        int depth = 0;
        boolean quoted = false;
        for (int i = start; i < json.length(); i++) {
            char c = json.charAt(i);
            if (quoted) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    quoted = false;
                }
            } else if (c == '"') {
                quoted = true;
            } else if (c == '[') {
                depth++;
            } else if (c == ']' && --depth == 0) {
                return i;
            }
        }
        return json.length();
    }

    /** Removes one, whatever it holds; one that is not there is no failure. */
    void remove(String image, String bitmap) throws PluginException {
        Host.Output removed = commands.run("qemu-img", "bitmap", "--remove", "-f", "qcow2", "--", image, bitmap);
        if (!removed.good() && !removed.err().contains("not found")) {
            throw new PluginException(
                    LibvirtErrors.kindOfSystem(removed.err()),
                    "cannot remove the bitmap " + bitmap + " of " + Commands.printable(image) + " on "
                            + commands.host().name() + ": " + Commands.complaint(removed.err()));
        }
    }
}
