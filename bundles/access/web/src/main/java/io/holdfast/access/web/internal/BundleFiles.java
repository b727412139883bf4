package io.holdfast.access.web.internal;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Map;
import org.osgi.framework.Bundle;

/** Reads what a bundle has in a directory. */
final class BundleFiles {

    private BundleFiles() {}

    /**
     * All files below a directory.
     *
     * @return content by name, without the directory
     * @throws IllegalStateException if the bundle cannot be read
     */
    static Map<String, byte[]> below(Bundle bundle, String directory) {
        Map<String, byte[]> files = new HashMap<>();
        Enumeration<URL> entries = bundle.findEntries(directory, "*", true);
        String prefix = "/" + directory + "/";
        while (entries != null && entries.hasMoreElements()) {
            URL entry = entries.nextElement();
            String path = entry.getPath();
            if (!path.endsWith("/")) {
                files.put(path.substring(path.indexOf(prefix) + prefix.length()), read(entry));
            }
        }
        return files;
    }

    private static byte[] read(URL entry) {
        try (InputStream in = entry.openStream()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + entry + " of the web interface", e);
        }
    }
}
