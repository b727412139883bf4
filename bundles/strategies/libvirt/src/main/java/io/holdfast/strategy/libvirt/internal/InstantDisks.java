package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.RandomReadable;
import io.holdfast.spi.strategy.InstantRequest;
import io.holdfast.transport.nbd.server.OverlayExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The disks of a machine that runs from a backup: what it writes lies over the backup, in the directory of the request. */
final class InstantDisks implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(InstantDisks.class);

    private final List<OverlayExport> overlays = new ArrayList<>();
    private final List<DiskService> services = new ArrayList<>();

    /** Opens the disks and serves them on the host. If it throws, nothing is open. */
    static InstantDisks serve(Host host, InstantRequest request, InstantPlan plan) throws PluginException {
        InstantDisks disks = new InstantDisks();
        try {
            for (String target : plan.targets()) {
                disks.add(host, request, plan, target);
            }
            for (DiskService service : disks.services) {
                service.awaitListening(); // after all were begun
            }
            return disks;
        } catch (PluginException | RuntimeException e) {
            disks.close();
            throw e;
        }
    }

    private void add(Host host, InstantRequest request, InstantPlan plan, String target) throws PluginException {
        RandomReadable disk = request.disks().get(target);
        if (disk == null) {
            throw new PluginException(
                    ErrorKind.CORRUPT_DATA, "the backup has no disk " + Commands.printable(target) + " any more");
        }
        Path directory = request.directory().resolve("disk" + plan.targets().indexOf(target));
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new PluginException(ErrorKind.UNAVAILABLE, "cannot make the directory " + directory, e);
        }
        OverlayExport overlay = OverlayExport.open(new BackupExport(disk), request.backup() + "/" + target, directory);
        overlays.add(overlay);
        services.add(host.serve(plan.socket(target), overlay));
    }

    /** Throws why a disk cannot be reached at present. */
    void check() throws PluginException {
        for (DiskService service : services) {
            service.check();
        }
    }

    @Override
    public void close() {
        services.forEach(DiskService::close);
        services.clear();
        for (OverlayExport overlay : overlays) {
            try {
                overlay.close();
            } catch (PluginException e) {
                LOG.warn(
                        "An overlay was not closed as it should be; what was acknowledged is there: {}",
                        e.getMessage());
            }
        }
        overlays.clear();
    }
}
