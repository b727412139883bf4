package io.holdfast.testkit.fake;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.source.EntryAttributes;
import io.holdfast.spi.source.EntryKind;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.ItemChange;
import io.holdfast.spi.source.TreeEntry;
import io.holdfast.spi.strategy.DiskTarget;
import io.holdfast.spi.strategy.ImportRequest;
import io.holdfast.spi.strategy.ImportSession;
import io.holdfast.spi.strategy.ItemTarget;
import io.holdfast.spi.strategy.StreamTarget;
import io.holdfast.spi.strategy.TreeTarget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;

/** Builds a machine that nobody sees before it is complete. */
final class FakeImportSession implements ImportSession {

    private final FakeHypervisor hypervisor;
    private final FakeMachine machine;
    private final SideEffectJournal.Entry entry;
    private boolean closed;

    FakeImportSession(
            FakeHypervisor hypervisor, FakeMachine machine, ImportRequest request, SideEffectJournal.Entry entry) {
        this.hypervisor = hypervisor;
        this.machine = machine;
        this.entry = entry;
        Optional.ofNullable(request.metadata().get("machine.xml")).ifPresent(machine::definition);
    }

    private void beforeWrite() throws PluginException {
        hypervisor.perform(FakeHypervisor.Operation.WRITE);
    }

    @Override
    public DiskTarget openDisk(String name, long size) {
        FakeDisk disk = machine.addDisk(name, Math.toIntExact(size));
        return new Target() {
            @Override
            public void write(long offset, ByteBuffer data) throws PluginException {
                beforeWrite();
                byte[] bytes = new byte[data.remaining()];
                data.get(bytes);
                disk.write((int) offset, bytes);
            }
        };
    }

    @Override
    public TreeTarget openTree(String name) {
        NavigableMap<EntryPath, FakeFile> tree = machine.addTree(name);
        return new TreeTarget() {
            @Override
            public boolean add(TreeEntry added) throws PluginException {
                beforeWrite();
                tree.put(added.path(), new FakeFile(added.kind(), added.attributes(), EntryAttributes.NONE));
                return true;
            }

            @Override
            public Optional<DiskTarget> openFile(TreeEntry file) throws PluginException {
                beforeWrite();
                byte[] content = new byte[Math.toIntExact(file.attributes().size())];
                return Optional.of(new Target() {
                    @Override
                    public void write(long offset, ByteBuffer data) throws PluginException {
                        beforeWrite();
                        data.get(content, (int) offset, data.remaining());
                    }

                    @Override
                    public void complete() {
                        synchronized (tree) {
                            tree.put(file.path(), new FakeFile(EntryKind.FILE, file.attributes(), content));
                        }
                    }
                });
            }

            @Override
            public void complete() {}

            @Override
            public void close() {}
        };
    }

    @Override
    public StreamTarget openStream(String name) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        return new StreamTarget() {
            @Override
            public OutputStream stream() throws PluginException {
                beforeWrite();
                return bytes;
            }

            @Override
            public void complete() {
                machine.addStream(name, bytes.toByteArray());
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public ItemTarget openItems(String name) {
        Map<String, FakeItem> items = machine.addItems(name);
        return new ItemTarget() {
            @Override
            public void put(ItemChange item, InputStream content) throws PluginException {
                beforeWrite();
                try {
                    byte[] bytes = content.readAllBytes();
                    synchronized (items) {
                        items.put(item.id(), new FakeItem(item, bytes));
                    }
                } catch (IOException e) {
                    throw new PluginException(ErrorKind.INTERNAL, "cannot read item " + item.id(), e);
                }
            }

            @Override
            public void complete() {}

            @Override
            public void close() {}
        };
    }

    @Override
    public String complete() throws PluginException {
        hypervisor.complete(machine.id());
        entry.undone();
        return "machine '" + machine.id() + "'";
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        hypervisor.abandon(machine.id());
        try {
            entry.undone();
        } catch (PluginException e) {
            // it will be undone again, which is harmless
            closed = true;
        }
    }

    /** A target that is complete as soon as it is written. */
    private abstract static class Target implements DiskTarget {
        @Override
        public void complete() {}

        @Override
        public void close() {}
    }
}
