package io.holdfast.access.shell.internal;

import io.holdfast.access.model.ApprovalDto;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.security.Permission;
import io.holdfast.spi.PluginException;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Commands about what needs a second administrator. */
final class ApprovalCommands {

    private ApprovalCommands() {}

    /** {@code approval-list}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "approval-list",
            description = "Lists what one administrator has asked for and another one has to agree to, newest first.")
    public static final class ListApprovals extends HoldfastCommand {
        @Option(name = "--limit", description = "At most so many")
        int limit = 100;

        @Override
        Permission needs() {
            return Permission.APPROVE;
        }

        @Override
        int run() throws PluginException {
            Page<ApprovalDto> page = page();
            output().list(
                            page.items(),
                            "Nothing was asked for that needs a second administrator",
                            new Output.Column<>("ID", ApprovalDto::id),
                            new Output.Column<>("State", ApprovalDto::state),
                            new Output.Column<>("Asked by", ApprovalDto::requestedBy),
                            new Output.Column<>("Expires", ApprovalDto::expires),
                            new Output.Column<>("Decided by", ApprovalDto::decidedBy),
                            new Output.Column<>("What", ApprovalDto::description));
            return OK;
        }

        private Page<ApprovalDto> page() throws PluginException {
            int most = Math.max(1, Math.min(PageRequest.MAX_LIMIT, limit));
            var found = core.approvals().list(PageRequest.first(most));
            List<ApprovalDto> items =
                    found.items().stream().map(ApprovalDto::of).toList();
            return new Page<>(items, found.total());
        }
    }

    /** What decides. */
    abstract static class Deciding extends HoldfastCommand {
        @Argument(name = "approval", description = "Id, see holdfast:approval-list", required = true)
        String approval = "";

        @Option(name = "--message", description = "Why")
        String message = "";

        @Override
        Permission needs() {
            return Permission.APPROVE;
        }
    }

    /** {@code approval-approve}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "approval-approve",
            description =
                    "Agrees to what another administrator has asked for, who may do it once by asking for the same again.")
    public static final class Approve extends Deciding {
        @Override
        int run() throws PluginException {
            ApprovalDto done = ApprovalDto.of(core.approvals().approve(approval, principal(), message));
            output().done(done, done.requestedBy() + " may now, once: " + done.description());
            return OK;
        }
    }

    /** {@code approval-reject}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "approval-reject",
            description = "Refuses what somebody has asked for, or takes back an own request.")
    public static final class Reject extends Deciding {
        @Override
        int run() throws PluginException {
            ApprovalDto done = ApprovalDto.of(core.approvals().reject(approval, principal(), message));
            output().done(done, "rejected: " + done.description());
            return OK;
        }
    }
}
