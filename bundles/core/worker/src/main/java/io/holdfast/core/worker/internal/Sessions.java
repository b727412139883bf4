package io.holdfast.core.worker.internal;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The backup sessions that are open on this node, by workflow. */
final class Sessions {

    private final Map<String, BackupSession> open = new ConcurrentHashMap<>();

    void add(String workflowId, BackupSession session) {
        open.put(workflowId, session);
    }

    Optional<BackupSession> find(String workflowId) {
        return Optional.ofNullable(open.get(workflowId));
    }

    void remove(String workflowId, BackupSession session) {
        open.remove(workflowId, session);
    }
}
