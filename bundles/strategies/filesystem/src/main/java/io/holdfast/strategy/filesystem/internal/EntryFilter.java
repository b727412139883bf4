package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.ArrayList;
import java.util.List;

/** Which entries of a tree the includes and excludes of an instance let through. */
final class EntryFilter {

    /** What becomes of an entry. */
    enum Verdict {
        /** Part of the backup; of a directory, everything below it unless excluded. */
        IN,
        /** A directory that matches nothing itself, but something below it may: part of the backup if something does. */
        THROUGH,
        /** Left out, with everything below it. */
        OUT
    }

    private final List<IgnorePattern> includes;
    private final List<IgnorePattern> excludes;

    private EntryFilter(List<IgnorePattern> includes, List<IgnorePattern> excludes) {
        this.includes = includes;
        this.excludes = excludes;
    }

    /** @throws PluginException {@code INVALID_CONFIG} for a negated include */
    static EntryFilter of(List<String> includes, List<String> excludes) throws PluginException {
        List<IgnorePattern> in = parse(includes);
        if (in.stream().anyMatch(IgnorePattern::negated)) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "an include pattern cannot begin with '!'; write the pattern among the excludes, without the '!'");
        }
        return new EntryFilter(in, parse(excludes));
    }

    private static List<IgnorePattern> parse(List<String> lines) {
        List<IgnorePattern> patterns = new ArrayList<>();
        lines.forEach(line -> IgnorePattern.parse(line).ifPresent(patterns::add));
        return List.copyOf(patterns);
    }

    boolean letsEverythingThrough() {
        return includes.isEmpty() && excludes.isEmpty();
    }

    /**
     * @param path relative to the instance's directory
     * @param below whether the directory that it is in is {@code IN}, so that no include need match any more
     */
    Verdict judge(byte[] path, boolean directory, boolean below) {
        if (excluded(path, directory)) {
            return Verdict.OUT;
        }
        if (below || includes.isEmpty()) {
            return Verdict.IN;
        }
        for (IgnorePattern include : includes) {
            if (include.matches(path, directory)) {
                return Verdict.IN;
            }
        }
        boolean through = directory && includes.stream().anyMatch(include -> include.mayMatchBelow(path));
        return through ? Verdict.THROUGH : Verdict.OUT;
    }

    /** Whether the root's own contents are in without any include having to match. */
    boolean rootIsIn() {
        return includes.isEmpty();
    }

    private boolean excluded(byte[] path, boolean directory) {
        for (int i = excludes.size() - 1; i >= 0; i--) {
            IgnorePattern exclude = excludes.get(i);
            if (exclude.matches(path, directory)) {
                return !exclude.negated();
            }
        }
        return false;
    }
}
