package io.holdfast.testkit.fake;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.source.RandomReadable;
import io.holdfast.spi.strategy.InstantRequest;
import io.holdfast.spi.strategy.InstantSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A machine that runs from a backup. What it writes lies at the start of its first disk. */
final class FakeInstantSession implements InstantSession {

    static final String KIND = "instant";
    static final String WRITES = "writes";

    private final FakeHypervisor hypervisor;
    private final InstantRequest request;
    private final SideEffectJournal.Entry entry;
    private final String name;

    private FakeInstantSession(
            FakeHypervisor hypervisor, InstantRequest request, SideEffectJournal.Entry entry, String name) {
        this.hypervisor = hypervisor;
        this.request = request;
        this.entry = entry;
        this.name = name;
    }

    static InstantSession open(FakeHypervisor hypervisor, InstantRequest request, TaskContext context)
            throws PluginException {
        Optional<SideEffectJournal.Entry> earlier = request.earlier().stream().findFirst();
        String name = request.settings().find("name").orElse(request.instance().externalId());
        SideEffectJournal.Entry entry =
                earlier.isPresent() ? earlier.get() : context.journal().record(KIND, Map.of("machine", name));
        try {
            hypervisor.serveInstant(name, request.directory(), earlier.isEmpty());
            return new FakeInstantSession(hypervisor, request, entry, name);
        } catch (PluginException e) {
            if (earlier.isEmpty()) {
                entry.undone();
            }
            throw e;
        }
    }

    @Override
    public String place() {
        return "Machine '" + name + "' runs from the backup";
    }

    @Override
    public void tend() {
        // it never waits
    }

    @Override
    public String move() throws PluginException {
        FakeMachine machine = new FakeMachine(name);
        boolean first = true;
        for (Map.Entry<String, RandomReadable> disk : request.disks().entrySet()) {
            ByteBuffer content = ByteBuffer.allocate((int) disk.getValue().size());
            while (content.hasRemaining() && disk.getValue().read(content.position(), content) > 0) {
                // until the end
            }
            FakeDisk made = machine.addDisk(disk.getKey(), content.capacity());
            made.write(0, content.array());
            if (first) {
                made.write(0, writes());
            }
            first = false;
        }
        hypervisor.moved(machine);
        entry.undone();
        return "Machine '" + name + "' was moved";
    }

    private byte[] writes() throws PluginException {
        Path file = request.directory().resolve(WRITES);
        try {
            return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        } catch (IOException e) {
            throw new PluginException(ErrorKind.UNAVAILABLE, "cannot read " + file, e);
        }
    }

    @Override
    public void discard() throws PluginException {
        hypervisor.endInstant(name);
        entry.undone();
    }

    @Override
    public void close() {
        hypervisor.haltInstant(name);
    }
}
