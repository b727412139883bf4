package io.holdfast.access.model;

import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.inventory.Estate;
import io.holdfast.core.inventory.InstanceInfo;
import io.holdfast.spi.PluginException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A backup that is not whole.
 *
 * @param backupId which
 * @param instanceId whose
 * @param instanceName what people call it; the id if it is not known any more
 * @param created when the source was captured
 * @param verified when the damage was found last; absent if it was told by the destination
 * @param message what is lost, files and disks by name where they are known
 */
public record DamagedBackupDto(
        String backupId,
        String instanceId,
        String instanceName,
        Instant created,
        @Nullable Instant verified,
        String message) {

    /** All that are known on a destination, newest first. */
    public static DamageDto on(CoreServices core, String destinationId) throws PluginException {
        Catalog.BackupRepository backups = core.catalog().backups();
        Estate estate = core.estate();
        List<DamagedBackupDto> damaged = new ArrayList<>();
        for (Backup b : Page.all(page -> backups.damaged(destinationId, page))) {
            String name =
                    estate.instance(b.instanceId()).map(InstanceInfo::name).orElse(b.instanceId());
            damaged.add(new DamagedBackupDto(b.id(), b.instanceId(), name, b.created(), b.verified(), b.message()));
        }
        return new DamageDto(List.copyOf(damaged));
    }
}
