package io.holdfast.core.worker;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.SnapshotInfo;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Asks providers for the snapshots of instances, now. An OSGi service, safe for use from any thread. The caller has checked that
 * the person may see the instance. Nothing is kept: only the provider knows its snapshots.
 */
@ProviderType
public interface InstanceSnapshots {

    /**
     * The snapshots of an instance, oldest first. Takes as long as the provider does, usually a second.
     *
     * @throws PluginException {@code NOT_FOUND} if there is no such instance, here or on the provider; {@code UNSUPPORTED} if its
     *     provider keeps no snapshots; whatever the provider says
     */
    List<SnapshotInfo> list(String instanceId) throws PluginException;
}
