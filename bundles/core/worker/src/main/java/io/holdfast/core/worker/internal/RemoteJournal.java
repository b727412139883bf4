package io.holdfast.core.worker.internal;

import io.holdfast.core.worker.ControlPlane;
import io.holdfast.core.worker.LeaseKey;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import java.util.Map;

/** The journal of external side effects, kept by the control plane so that it survives the node. */
final class RemoteJournal implements SideEffectJournal {

    private final ControlPlane plane;
    private final String nodeId;
    private volatile LeaseKey lease;

    RemoteJournal(ControlPlane plane, LeaseKey lease, String nodeId) {
        this.plane = plane;
        this.lease = lease;
        this.nodeId = nodeId;
    }

    /** From now on things are announced under another lease. */
    void under(LeaseKey other) {
        lease = other;
    }

    @Override
    public Entry record(String kind, Map<String, String> details) throws PluginException {
        Map<String, String> copy = Map.copyOf(details);
        return entry(plane.announce(lease, kind, copy), kind, copy);
    }

    /** An entry that was written before. */
    Entry entry(String id, String kind, Map<String, String> details) {
        return new Announced(plane, nodeId, id, kind, details);
    }

    private record Announced(ControlPlane plane, String nodeId, String id, String kind, Map<String, String> details)
            implements Entry {
        @Override
        public void undone() throws PluginException {
            plane.undone(nodeId, id);
        }
    }
}
