package io.holdfast.core.security.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Files of an appliance whose power goes at a certain change. */
final class CrashingFiles extends PrivateFiles {

    /** When, seen from the change. */
    enum Moment {
        BEFORE,
        HALF_WRITTEN,
        AFTER
    }

    /** The end of the process. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    private final Moment moment;
    private int left;

    CrashingFiles(Path directory, int changes, Moment moment) throws IOException {
        super(directory);
        this.left = changes;
        this.moment = moment;
    }

    @Override
    void write(String name, byte[] content) throws IOException {
        boolean last = left-- == 0;
        if (last && moment != Moment.AFTER) {
            if (moment == Moment.HALF_WRITTEN) {
                Files.write(path(name + ".part"), Arrays.copyOf(content, content.length / 2));
            }
            throw new Crash();
        }
        super.write(name, content);
        if (last) {
            throw new Crash();
        }
    }

    @Override
    void delete(String name) throws IOException {
        boolean last = left-- == 0;
        if (last && moment != Moment.AFTER) {
            throw new Crash();
        }
        super.delete(name);
        if (last) {
            throw new Crash();
        }
    }
}
