package io.holdfast.access.model.fakes;

import io.holdfast.core.catalog.Approval;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.security.Approvals;
import io.holdfast.core.security.Principal;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Approvals in memory: what is needed waits, and is decided once. There is one request, a1, from the start. */
public final class FakeApprovals implements Approvals {

    /** Which actions need a second person. */
    public final Set<String> needed = ConcurrentHashMap.newKeySet();

    public final Map<String, Approval> approvals = new TreeMap<>();

    FakeApprovals() {
        approvals.put("a1", approval("a1", BACKUP_DELETE, "eve", Approval.State.PENDING, "", ""));
    }

    private static Approval approval(
            String id, String action, String who, Approval.State state, String by, String message) {
        return new Approval(
                id,
                action,
                "d1",
                "what was asked for",
                "0123",
                who,
                FakeWorkflows.NOW,
                FakeWorkflows.NOW.plusSeconds(86_400),
                state,
                by,
                by.isEmpty() ? null : FakeWorkflows.NOW,
                message);
    }

    @Override
    public boolean needed(String action) {
        return needed.contains(action);
    }

    @Override
    public void require(Principal who, String action, String subject, String description, String request)
            throws PluginException {
        if (needed(action)) {
            String id = "a" + (approvals.size() + 1);
            approvals.put(id, approval(id, action, who.name(), Approval.State.PENDING, "", ""));
            throw new PluginException(
                    ErrorKind.PERMISSION, "this needs a second administrator (" + action + "): approval " + id);
        }
    }

    @Override
    public Page<Approval> list(PageRequest page) {
        return FakeRepository.page(List.copyOf(approvals.values()), page);
    }

    @Override
    public Approval get(String id) throws PluginException {
        Approval found = approvals.get(id);
        if (found == null) {
            throw new PluginException(ErrorKind.NOT_FOUND, "there is no approval '" + id + "'");
        }
        return found;
    }

    private Approval decide(String id, Principal who, Approval.State state, String message) throws PluginException {
        Approval a = get(id);
        Approval decided = approval(id, a.action(), a.requestedBy(), state, who.name(), message);
        approvals.put(id, decided);
        return decided;
    }

    @Override
    public Approval approve(String id, Principal who, String message) throws PluginException {
        return decide(id, who, Approval.State.APPROVED, message);
    }

    @Override
    public Approval reject(String id, Principal who, String message) throws PluginException {
        return decide(id, who, Approval.State.REJECTED, message);
    }
}
