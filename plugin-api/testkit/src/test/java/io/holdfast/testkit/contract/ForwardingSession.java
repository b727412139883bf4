package io.holdfast.testkit.contract;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.DiskSource;
import io.holdfast.spi.source.Extent;
import io.holdfast.spi.source.RandomReadable;
import io.holdfast.spi.source.Source;
import io.holdfast.spi.strategy.ChangeToken;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.FullReadReason;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Passes everything on, for defects to override. */
class ForwardingSession implements ExportSession {

    final ExportSession good;

    ForwardingSession(ExportSession good) {
        this.good = good;
    }

    @Override
    public Map<String, byte[]> metadata() {
        return good.metadata();
    }

    @Override
    public List<Source> sources() {
        return good.sources();
    }

    @Override
    public Optional<FullReadReason> fullReadReason() {
        return good.fullReadReason();
    }

    @Override
    public Optional<ChangeToken> nextToken() throws PluginException {
        return good.nextToken();
    }

    @Override
    public void readingDone() throws PluginException {
        good.readingDone();
    }

    @Override
    public void committed() throws PluginException {
        good.committed();
    }

    @Override
    public void close() {
        good.close();
    }

    /** A disk whose content is read through a wrapper. */
    abstract static class Disk implements DiskSource {
        final DiskSource goodDisk;

        Disk(DiskSource goodDisk) {
            this.goodDisk = goodDisk;
        }

        @Override
        public String name() {
            return goodDisk.name();
        }

        @Override
        public long size() {
            return goodDisk.size();
        }

        @Override
        public int granularity() {
            return goodDisk.granularity();
        }
    }

    /** The content of a disk. */
    static class Content implements RandomReadable {
        final RandomReadable goodContent;

        Content(RandomReadable goodContent) {
            this.goodContent = goodContent;
        }

        @Override
        public long size() {
            return goodContent.size();
        }

        @Override
        public List<Extent> extents(long offset, long length) throws PluginException {
            return goodContent.extents(offset, length);
        }

        @Override
        public int read(long offset, ByteBuffer target) throws PluginException {
            return goodContent.read(offset, target);
        }

        @Override
        public void close() throws PluginException {
            goodContent.close();
        }
    }
}
