package io.holdfast.access.shell.internal;

import io.holdfast.access.model.KeepDto;
import io.holdfast.access.model.RetentionRuleDto;
import io.holdfast.core.catalog.Policy;
import io.holdfast.core.policy.InstanceMatch;
import io.holdfast.core.policy.MatchText;
import io.holdfast.core.policy.Schedule;
import io.holdfast.core.policy.ScheduleText;
import io.holdfast.core.scheduler.PolicySpec;
import io.holdfast.core.security.Permission;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.jspecify.annotations.Nullable;

/** What can be said about a policy on a command line: what is given replaces that part of the policy, the rest stays. */
abstract class PolicyOptions extends RetentionOptions {

    @Option(name = "--destination", description = "Where backups are kept: id, its beginning, or name")
    @Completion(Completers.Destinations.class)
    @Nullable
    String destination;

    @Option(name = "--instance", multiValued = true, description = "Covers an instance whatever the rules say; repeat")
    @Completion(Completers.Instances.class)
    @Nullable
    List<String> instances;

    @Option(
            name = "--include",
            multiValued = true,
            description =
                    "Covers instances, those found later, too: \"provider=NAME name=web-* kind=machine label:env=prod\","
                            + " or *; a blank in a value is %20; repeat")
    @Nullable
    List<String> include;

    @Option(name = "--exclude", multiValued = true, description = "As --include, and wins over it; repeat")
    @Nullable
    List<String> exclude;

    @Option(
            name = "--schedule",
            multiValued = true,
            description =
                    "\"every=4h\", or \"at=22:00 days=MON-FRI monthdays=1,-1 months=1,7 zone=Europe/Berlin window=6h"
                            + " mode=full\"; repeat")
    @Nullable
    List<String> schedules;

    @Option(name = "--priority", description = "0 to 100: which of several policies gets an instance, higher first")
    @Nullable
    Integer priority;

    @Option(name = "--disable", description = "Schedules do not run; the instances stay with the policy")
    boolean disable;

    @Option(name = "--prove-every", description = "Boot the backups of every Nth run in isolation; 0 for none")
    @Nullable
    Integer proveEvery;

    @Option(name = "--prove-on", description = "The provider to boot them on; where the instance came from if absent")
    @Completion(Completers.Providers.class)
    @Nullable
    String proveOn;

    @Option(
            name = "--prove-setting",
            multiValued = true,
            description = "name=value: what is to be checked, see holdfast:provider-types; no secrets; repeat")
    @Nullable
    List<String> proveSettings;

    @Option(
            name = "--copy-to",
            description =
                    "Copy the backups of each run to this destination: id, its beginning, or name; empty for nowhere")
    @Completion(Completers.Destinations.class)
    @Nullable
    String copyTo;

    @Option(
            name = "--copy-window",
            description =
                    "When copies may begin: \"at=22:00 days=MON-FRI zone=Europe/Berlin window=8h\"; empty for at once")
    @Nullable
    String copyWindow;

    @Option(name = "--copy-keep-last", description = "Keep the newest so many copies")
    @Nullable
    Integer copyLast;

    @Option(name = "--copy-keep-daily", description = "Keep the newest copy of so many days")
    @Nullable
    Integer copyDaily;

    @Option(name = "--copy-keep-weekly", description = "Keep the newest copy of so many weeks")
    @Nullable
    Integer copyWeekly;

    @Option(name = "--copy-keep-monthly", description = "Keep the newest copy of so many months")
    @Nullable
    Integer copyMonthly;

    @Override
    Permission needs() {
        return Permission.POLICY_WRITE;
    }

    /** What is given, and the rest from a policy as it is. */
    PolicySpec changed(PolicySpec p, @Nullable String name, boolean enabled) throws PluginException {
        References references = new References(core);
        RetentionRuleDto rule = rule();
        return new PolicySpec(
                name == null ? p.name() : name,
                p.kind(),
                enabled,
                priority == null ? p.priority() : priority,
                destination == null
                        ? p.destinationId()
                        : references.destination(destination).id(),
                instances == null ? p.instances() : named(references, instances),
                include == null ? p.include() : matches(references, include),
                exclude == null ? p.exclude() : matches(references, exclude),
                schedules == null ? p.schedules() : times(schedules),
                rule == null ? p.retention() : rule.toRule(),
                proof(references, p.proof()),
                copy(references, p.copy()));
    }

    /** A policy that says nothing yet. */
    static PolicySpec blank(String name, Policy.Kind kind) {
        return new PolicySpec(
                name,
                kind,
                true,
                PolicySpec.DEFAULT_PRIORITY,
                null,
                Set.of(),
                List.of(),
                List.of(),
                List.of(),
                null,
                null);
    }

    private static Set<String> named(References references, List<String> names) throws PluginException {
        Set<String> ids = new HashSet<>();
        for (String name : given(names)) {
            ids.add(references.instance(name).id());
        }
        return ids;
    }

    private static List<InstanceMatch> matches(References references, List<String> texts) throws PluginException {
        List<InstanceMatch> matches = new ArrayList<>();
        for (String text : given(texts)) {
            InstanceMatch match = read(MatchText::read, text);
            String provider = match.providerId();
            String id = provider == null ? null : references.provider(provider).id();
            matches.add(new InstanceMatch(id, match.name(), match.kind(), match.labels()));
        }
        return matches;
    }

    private static List<Schedule> times(List<String> texts) throws PluginException {
        List<Schedule> times = new ArrayList<>();
        for (String text : given(texts)) {
            times.add(read(ScheduleText::read, text));
        }
        return times;
    }

    /** An empty text stands for none at all: {@code --schedule ""}. */
    private static List<String> given(List<String> texts) {
        return texts.stream().filter(t -> !t.isBlank()).toList();
    }

    private static <T> T read(java.util.function.Function<String, T> reader, String text) throws PluginException {
        try {
            return reader.apply(text);
        } catch (IllegalArgumentException e) {
            throw new PluginException(ErrorKind.INVALID_CONFIG, String.valueOf(e.getMessage()), e);
        }
    }

    private PolicySpec.@Nullable Copy copy(References references, PolicySpec.@Nullable Copy before)
            throws PluginException {
        if (copyTo != null && copyTo.isEmpty()) {
            return null;
        }
        String destinationId = copyTo == null
                ? before == null ? null : before.destinationId()
                : references.destination(copyTo).id();
        boolean kept = copyLast != null || copyDaily != null || copyWeekly != null || copyMonthly != null;
        if (destinationId == null) {
            if (kept || copyWindow != null) {
                throw new PluginException(ErrorKind.INVALID_CONFIG, "say where copies go: --copy-to");
            }
            return null;
        }
        KeepDto keep = new KeepDto(copyLast, null, copyDaily, copyWeekly, copyMonthly, null, null);
        Schedule window = copyWindow == null
                ? before == null ? null : before.window()
                : copyWindow.isEmpty() ? null : read(ScheduleText::read, copyWindow);
        return new PolicySpec.Copy(
                destinationId,
                kept
                        ? new RetentionRuleDto(null, null, keep, null, null, null, null).toRule()
                        : before == null ? null : before.retention(),
                window);
    }

    private PolicySpec.@Nullable Proof proof(References references, PolicySpec.@Nullable Proof before)
            throws PluginException {
        if (proveEvery != null && proveEvery == 0) {
            return null;
        }
        if (proveEvery == null && proveOn == null && proveSettings == null) {
            return before;
        }
        PolicySpec.Proof base = before == null ? new PolicySpec.Proof(1, null, java.util.Map.of()) : before;
        return new PolicySpec.Proof(
                proveEvery == null ? base.every() : proveEvery,
                proveOn == null
                        ? base.providerId()
                        : references.provider(proveOn).id(),
                proveSettings == null ? base.settings() : SettingArguments.parse(given(proveSettings)));
    }
}
