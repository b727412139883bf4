package io.holdfast.access.shell.internal;

import io.holdfast.access.model.PolicyCoverageDto;
import io.holdfast.access.model.PolicyDto;
import io.holdfast.access.model.PolicyItemDto;
import io.holdfast.access.model.PolicyPreviewDto;
import io.holdfast.access.model.PolicyRunDto;
import io.holdfast.access.model.SecondPerson;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.catalog.Policy;
import io.holdfast.core.catalog.PolicyRun;
import io.holdfast.core.policy.MatchText;
import io.holdfast.core.policy.RetentionRule;
import io.holdfast.core.policy.RuleText;
import io.holdfast.core.policy.Schedule;
import io.holdfast.core.policy.ScheduleText;
import io.holdfast.core.scheduler.PolicyInfo;
import io.holdfast.core.scheduler.PolicySpec;
import io.holdfast.core.security.Permission;
import io.holdfast.spi.PluginException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;

/** Commands about policies. */
final class PolicyCommands {

    private static final String POLICY = "Id, its beginning, or name";

    private PolicyCommands() {}

    private static int show(HoldfastCommand command, PolicyInfo info) {
        PolicySpec s = info.spec();
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("id", info.id());
        fields.put("name", s.name());
        fields.put("kind", s.kind());
        fields.put("enabled", s.enabled() ? "yes" : "no");
        fields.put("priority", s.priority());
        fields.put("destination", s.destinationId());
        fields.put("instances", String.join(" ", s.instances()));
        fields.put("include", s.include().stream().map(MatchText::write).collect(Collectors.joining("; ")));
        fields.put("exclude", s.exclude().stream().map(MatchText::write).collect(Collectors.joining("; ")));
        fields.put("schedules", s.schedules().stream().map(ScheduleText::write).collect(Collectors.joining("; ")));
        RetentionRule retention = s.retention();
        fields.put("retention", retention == null ? "keeps everything" : RuleText.write(retention));
        PolicySpec.Proof proof = s.proof();
        PolicySpec.Copy copy = s.copy();
        fields.put("copied to", copy == null ? "nowhere" : copied(copy));
        fields.put("proof", proof == null ? "none" : "one of " + proof.every() + " runs " + proof.settings());
        fields.put("runs", info.runs());
        PolicyRun last = info.lastRun();
        fields.put("last run", last == null ? null : last.started() + (last.ended() == null ? " (goes on)" : ""));
        fields.put("next due", info.nextDue());
        command.output().show(PolicyDto.of(info), fields);
        return HoldfastCommand.OK;
    }

    private static String copied(PolicySpec.Copy copy) {
        RetentionRule kept = copy.retention();
        Schedule window = copy.window();
        return copy.destinationId()
                + (kept == null ? "; keeps everything" : "; " + RuleText.write(kept))
                + (window == null ? "" : "; " + ScheduleText.write(window));
    }

    /** What is about one policy. */
    abstract static class OfPolicy extends HoldfastCommand {
        @Argument(name = "policy", description = POLICY, required = true)
        @Completion(Completers.Policies.class)
        String policy = "";

        PolicyInfo found() throws PluginException {
            return new References(core).policy(policy);
        }

        @Override
        Permission needs() {
            return Permission.INVENTORY_READ;
        }
    }

    /** {@code policy-list}. */
    @Service
    @Command(scope = "holdfast", name = "policy-list", description = "Lists the policies.")
    public static final class ListPolicies extends HoldfastCommand {
        @Override
        Permission needs() {
            return Permission.INVENTORY_READ;
        }

        @Override
        int run() throws PluginException {
            output().list(
                            new References(core)
                                    .policies().stream().map(PolicyDto::of).toList(),
                            "No policies yet: holdfast:policy-create --destination D --include \"name=*\" --schedule"
                                    + " \"at=22:00\" NAME",
                            new Output.Column<>("ID", PolicyDto::id),
                            new Output.Column<>("Name", PolicyDto::name),
                            new Output.Column<>("Kind", PolicyDto::kind),
                            new Output.Column<>("Enabled", p -> p.enabled() ? "yes" : "no"),
                            new Output.Column<>("Priority", PolicyDto::priority),
                            new Output.Column<>("Runs", PolicyDto::runs),
                            new Output.Column<>("Next due", PolicyDto::nextDue));
            return OK;
        }
    }

    /** {@code policy-show}. */
    @Service
    @Command(scope = "holdfast", name = "policy-show", description = "Shows a policy.")
    public static final class Show extends OfPolicy {
        @Override
        int run() throws PluginException {
            return show(this, found());
        }
    }

    /** {@code policy-create}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "policy-create",
            description = "Adds a policy. Example: holdfast:policy-create --destination disk --include \"name=web-*\""
                    + " --schedule \"at=22:00 zone=Europe/Berlin\" --keep-daily 7 --prove-every 7 gold")
    public static final class Create extends PolicyOptions {
        @Argument(name = "name", description = "Its name, unique among policies", required = true)
        String name = "";

        @Option(name = "--snapshots", description = "Takes snapshots on the provider rather than backups")
        boolean snapshots;

        @Override
        int run() throws PluginException {
            PolicySpec blank = blank(name, snapshots ? Policy.Kind.SNAPSHOT : Policy.Kind.BACKUP);
            PolicySpec wanted = changed(blank, null, !disable);
            SecondPerson.policy(core, principal(), null, wanted);
            return show(this, core.policies().create(wanted));
        }
    }

    /** {@code policy-update}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "policy-update",
            description =
                    "Changes a policy. What is given replaces that part of it; the rest stays. An empty text removes"
                            + " all of a kind: --schedule \"\".")
    public static final class Update extends PolicyOptions {
        @Argument(name = "policy", description = POLICY, required = true)
        @Completion(Completers.Policies.class)
        String policy = "";

        @Option(name = "--name", description = "Its new name")
        @Nullable
        String name;

        @Option(name = "--enable", description = "Schedules run again")
        boolean enable;

        @Override
        int run() throws PluginException {
            PolicyInfo before = new References(core).policy(policy);
            boolean enabled = enable || before.spec().enabled() && !disable;
            PolicySpec wanted = changed(before.spec(), name, enabled);
            SecondPerson.policy(core, principal(), before, wanted);
            return show(this, core.policies().update(before.id(), wanted));
        }
    }

    /** {@code policy-delete}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "policy-delete",
            description = "Removes a policy. The backups and snapshots that it made stay.")
    public static final class Delete extends OfPolicy {
        @Override
        Permission needs() {
            return Permission.POLICY_WRITE;
        }

        @Override
        int run() throws PluginException {
            PolicyInfo found = found();
            core.policies().remove(found.id());
            output().done(Map.of("id", found.id()), "policy '" + found.spec().name() + "' removed");
            return OK;
        }
    }

    /** {@code policy-preview}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "policy-preview",
            description = "Shows which instances a policy covers now, and when it is due next.")
    public static final class Preview extends OfPolicy {
        @Override
        int run() throws PluginException {
            PolicyPreviewDto preview = PolicyPreviewDto.of(core.policies().preview(found().id()));
            if (json) {
                output().show(preview, Map.of());
                return OK;
            }
            output().list(
                            preview.instances(),
                            "No instance",
                            new Output.Column<>("Instance", PolicyCoverageDto::instanceId),
                            new Output.Column<>("Name", PolicyCoverageDto::name),
                            new Output.Column<>("", PolicyCoverageDto::standing),
                            new Output.Column<>("Policy", PolicyCoverageDto::policyId));
            output().list(preview.next(), "Never due", new Output.Column<>("Due", t -> t));
            return OK;
        }
    }

    /** {@code policy-run}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "policy-run",
            description = "Runs a policy now, besides its schedules. holdfast:policy-runs shows how it goes.")
    public static final class Run extends OfPolicy {
        @Option(name = "--full", description = "Read everything")
        boolean full;

        @Override
        Permission needs() {
            return Permission.BACKUP_RUN;
        }

        @Override
        int run() throws PluginException {
            principal().require(Permission.SNAPSHOT_CREATE);
            PolicyInfo found = found();
            PolicyRun run = core.policies().run(found.id(), full, principal().name());
            output().done(
                            PolicyRunDto.of(run),
                            "run " + run.number() + " of policy '"
                                    + found.spec().name() + "' has begun");
            return OK;
        }
    }

    /** {@code policy-runs}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "policy-runs",
            description =
                    "Shows the newest run of a policy, or the one of a number: what became of each instance, and why.")
    public static final class Runs extends OfPolicy {
        private static final int MOST = 20;

        @Option(name = "--number", description = "Which run; the newest if absent")
        @Nullable
        Long number;

        @Option(name = "--list", description = "List the newest runs instead")
        boolean list;

        @Override
        Permission needs() {
            return Permission.STATUS_READ;
        }

        @Override
        int run() throws PluginException {
            String id = found().id();
            List<PolicyRun> runs =
                    core.policies().runs(id, PageRequest.first(MOST)).items();
            if (list) {
                return listed(runs);
            }
            List<PolicyItemDto> items = List.of();
            for (PolicyRun run : runs) {
                if (number == null || run.number() == number) {
                    items = core.policies().items(id, run.id()).stream()
                            .map(PolicyItemDto::of)
                            .toList();
                    break;
                }
            }
            output().list(
                            items,
                            "Nothing was to be done",
                            new Output.Column<>("Instance", PolicyItemDto::instanceId),
                            new Output.Column<>("State", PolicyItemDto::state),
                            new Output.Column<>("Reason", PolicyItemDto::reason),
                            new Output.Column<>("Workflow", PolicyItemDto::workflowId),
                            new Output.Column<>("Then", PolicyItemDto::followUpId),
                            new Output.Column<>("Message", PolicyItemDto::message));
            return OK;
        }

        private int listed(List<PolicyRun> runs) {
            output().list(
                            runs.stream().map(PolicyRunDto::of).toList(),
                            "It has not run yet",
                            new Output.Column<>("Number", PolicyRunDto::number),
                            new Output.Column<>("By", PolicyRunDto::origin),
                            new Output.Column<>("Mode", PolicyRunDto::mode),
                            new Output.Column<>("Due", PolicyRunDto::due),
                            new Output.Column<>("Started", PolicyRunDto::started),
                            new Output.Column<>("Ended", PolicyRunDto::ended));
            return OK;
        }
    }
}
