package io.holdfast.destination.filesystem.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * The settings of one destination.
 *
 * @param paths normalized, none within another
 * @param reserve bytes that stay free in each; empty for the default
 * @param createDirectory whether initialization creates missing directories
 * @param adopt whether initialization takes over what belongs to somebody else
 */
record FilesystemSettings(List<Path> paths, OptionalLong reserve, boolean createDirectory, boolean adopt) {

    private static final long MAX_DEFAULT_RESERVE = 1L << 30;

    static FilesystemSettings from(Settings settings) throws PluginException {
        List<Path> paths = settings.paths("paths").stream().map(Path::normalize).toList();
        for (int i = 0; i < paths.size(); i++) {
            for (int j = 0; j < paths.size(); j++) {
                if (i != j && paths.get(i).startsWith(paths.get(j))) {
                    throw new PluginException(
                            ErrorKind.INVALID_CONFIG,
                            "setting 'paths': " + paths.get(i) + " lies within " + paths.get(j)
                                    + "; give every directory once, and none inside another");
                }
            }
        }
        OptionalLong reserve =
                settings.find("reserve").isPresent() ? OptionalLong.of(settings.size("reserve")) : OptionalLong.empty();
        return new FilesystemSettings(paths, reserve, settings.flag("createDirectory"), settings.flag("adopt"));
    }

    /** What stays free on a file system of that size. */
    long reserveOf(long totalBytes) {
        return reserve.orElse(Math.min(totalBytes / 20, MAX_DEFAULT_RESERVE));
    }
}
