package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.transport.nbd.NbdAddress;
import io.holdfast.transport.nbd.server.NbdExport;
import io.holdfast.transport.nbd.server.NbdServer;
import io.holdfast.transport.nbd.server.NbdServerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The host is the node itself: the server listens there, in a directory that only this user and QEMU's can enter. */
final class LocalDiskService implements DiskService {

    private final NbdServer server;

    private LocalDiskService(NbdServer server) {
        this.server = server;
    }

    static DiskService start(Commands commands, String socket, NbdExport export) throws PluginException {
        Path path = Path.of(socket);
        try {
            Files.deleteIfExists(path); // of a node that died
        } catch (IOException e) {
            throw new PluginException(ErrorKind.UNAVAILABLE, "cannot remove the old socket " + path, e);
        }
        NbdServer server = NbdServer.start(NbdServerOptions.on(NbdAddress.unix(path)));
        server.export("", export);
        // only root can give it to QEMU's user, and needs to: other users run QEMU themselves
        commands.run("chown", "--reference=" + ImportPlan.parent(socket), "--", socket);
        return new LocalDiskService(server);
    }

    @Override
    public void awaitListening() {
        // it does
    }

    @Override
    public void check() {
        // a socket of this machine is always there
    }

    @Override
    public void close() {
        server.close();
    }
}
