package io.holdfast.core.vault.internal.index;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A local copy that is made again from the destination when it turns out to be damaged. */
final class SegmentCopy implements SegmentBytes {

    private static final Logger LOG = LoggerFactory.getLogger(SegmentCopy.class);

    private final Source source;
    private final Guide guide;
    private volatile CopyFile file;

    /** Makes the copy again. */
    interface Source {
        /** A new file with the same content. */
        CopyFile again() throws PluginException;
    }

    SegmentCopy(CopyFile file, SegmentHead head, Source source) {
        this.file = file;
        this.guide = file.guide(head);
        this.source = source;
    }

    @Override
    public int length() {
        return file.length();
    }

    @Override
    public Guide guide(SegmentHead head) {
        return guide;
    }

    @Override
    public Window window(int at, int count, byte @Nullable [] reuse) throws PluginException {
        CopyFile open = file;
        try {
            return open.window(at, count, reuse);
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA) {
                throw e;
            }
            return again(open, e).window(at, count, reuse);
        }
    }

    /** Once for all that have found the same file damaged. */
    private synchronized CopyFile again(CopyFile damaged, PluginException why) throws PluginException {
        if (file == damaged) {
            LOG.warn("{} It is fetched again.", why.getMessage());
            file = source.again();
            try {
                damaged.close();
            } catch (IOException e) {
                LOG.debug("A damaged copy did not close", e);
            }
        }
        return file;
    }
}
