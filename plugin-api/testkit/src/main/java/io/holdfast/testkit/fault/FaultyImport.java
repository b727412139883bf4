package io.holdfast.testkit.fault;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.ItemChange;
import io.holdfast.spi.source.TreeEntry;
import io.holdfast.spi.strategy.DiskTarget;
import io.holdfast.spi.strategy.ImportSession;
import io.holdfast.spi.strategy.ItemTarget;
import io.holdfast.spi.strategy.StreamTarget;
import io.holdfast.spi.strategy.TreeTarget;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/** An import that goes wrong by plan. */
final class FaultyImport implements ImportSession {

    private final ImportSession good;
    private final String instance;
    private final Injection injection;

    FaultyImport(ImportSession good, String instance, Injection injection) {
        this.good = good;
        this.instance = instance;
        this.injection = injection;
    }

    @Override
    public DiskTarget openDisk(String name, long size) throws PluginException {
        return injection.call(Operation.WRITE_TARGET, name, () -> faulty(name, good.openDisk(name, size)));
    }

    private DiskTarget faulty(String name, DiskTarget target) {
        return new DiskTarget() {
            @Override
            public void write(long offset, ByteBuffer data) throws PluginException {
                injection.run(Operation.WRITE_TARGET, name, () -> target.write(offset, data));
            }

            @Override
            public void complete() throws PluginException {
                injection.run(Operation.WRITE_TARGET, name, target::complete);
            }

            @Override
            public void close() {
                target.close();
            }
        };
    }

    @Override
    public TreeTarget openTree(String name) throws PluginException {
        TreeTarget target = injection.call(Operation.WRITE_TARGET, name, () -> good.openTree(name));
        return new TreeTarget() {
            @Override
            public boolean add(TreeEntry entry) throws PluginException {
                return injection.call(Operation.WRITE_TARGET, entry.path().toString(), () -> target.add(entry));
            }

            @Override
            public Optional<DiskTarget> openFile(TreeEntry entry) throws PluginException {
                String path = entry.path().toString();
                return injection
                        .call(Operation.WRITE_TARGET, path, () -> target.openFile(entry))
                        .map(file -> faulty(path, file));
            }

            @Override
            public void complete() throws PluginException {
                injection.run(Operation.WRITE_TARGET, name, target::complete);
            }

            @Override
            public void close() {
                target.close();
            }
        };
    }

    @Override
    public StreamTarget openStream(String name) throws PluginException {
        StreamTarget target = injection.call(Operation.WRITE_TARGET, name, () -> good.openStream(name));
        return new StreamTarget() {
            @Override
            public OutputStream stream() throws PluginException {
                return injection.call(Operation.WRITE_TARGET, name, target::stream);
            }

            @Override
            public void complete() throws PluginException {
                injection.run(Operation.WRITE_TARGET, name, target::complete);
            }

            @Override
            public void close() {
                target.close();
            }
        };
    }

    @Override
    public ItemTarget openItems(String name) throws PluginException {
        ItemTarget target = injection.call(Operation.WRITE_TARGET, name, () -> good.openItems(name));
        return new ItemTarget() {
            @Override
            public void put(ItemChange item, InputStream content) throws PluginException {
                injection.run(Operation.WRITE_TARGET, item.id(), () -> target.put(item, content));
            }

            @Override
            public void complete() throws PluginException {
                injection.run(Operation.WRITE_TARGET, name, target::complete);
            }

            @Override
            public void close() {
                target.close();
            }
        };
    }

    @Override
    public String complete() throws PluginException {
        return injection.call(Operation.COMPLETE_IMPORT, instance, good::complete);
    }

    @Override
    public void close() {
        // a process that is gone closes nothing
        if (!injection.plan().crashed()) {
            good.close();
        }
    }
}
