package io.holdfast.testkit.contract;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.DiskTarget;
import io.holdfast.spi.strategy.ImportSession;
import io.holdfast.spi.strategy.ItemTarget;
import io.holdfast.spi.strategy.StreamTarget;
import io.holdfast.spi.strategy.TreeTarget;

/** Passes everything on, for defects to override. */
class ForwardingImport implements ImportSession {

    private final ImportSession good;

    ForwardingImport(ImportSession good) {
        this.good = good;
    }

    @Override
    public DiskTarget openDisk(String name, long size) throws PluginException {
        return good.openDisk(name, size);
    }

    @Override
    public TreeTarget openTree(String name) throws PluginException {
        return good.openTree(name);
    }

    @Override
    public StreamTarget openStream(String name) throws PluginException {
        return good.openStream(name);
    }

    @Override
    public ItemTarget openItems(String name) throws PluginException {
        return good.openItems(name);
    }

    @Override
    public String complete() throws PluginException {
        return good.complete();
    }

    @Override
    public void close() {
        good.close();
    }
}
