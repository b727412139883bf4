package io.holdfast.access.model.fakes;

import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.catalog.Policy;
import io.holdfast.core.catalog.PolicyItem;
import io.holdfast.core.catalog.PolicyRun;
import io.holdfast.core.policy.Coverage;
import io.holdfast.core.policy.InstanceMatch.Candidate;
import io.holdfast.core.policy.MatchText;
import io.holdfast.core.policy.RetentionRule;
import io.holdfast.core.policy.ScheduleText;
import io.holdfast.core.scheduler.Policies;
import io.holdfast.core.scheduler.PolicyInfo;
import io.holdfast.core.scheduler.PolicyPreview;
import io.holdfast.core.scheduler.PolicySpec;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Policies in memory: o1, "gold", with one run. */
public final class FakePolicies implements Policies {

    public final Map<String, PolicyInfo> policies = new TreeMap<>();
    public PolicyRun asked;

    FakePolicies() {
        PolicySpec spec = new PolicySpec(
                "gold",
                Policy.Kind.BACKUP,
                true,
                70,
                "d1",
                Set.of("i1"),
                List.of(MatchText.read("provider=p1 name=web-* label:env=prod")),
                List.of(MatchText.read("name=*-test")),
                List.of(
                        ScheduleText.read("at=22:00 days=MON-FRI zone=Europe/Berlin window=6h"),
                        ScheduleText.read("every=4h mode=full")),
                RetentionRule.standard(),
                new PolicySpec.Proof(2, null, Map.of("mode", List.of("safe"))));
        policies.put("o1", info("o1", spec, run("r1", "schedule", false)));
    }

    private static PolicyInfo info(String id, PolicySpec spec, PolicyRun last) {
        return new PolicyInfo(id, spec, FakeWorkflows.NOW, last == null ? 0 : 1, last, FakeWorkflows.NOW);
    }

    private static PolicyRun run(String id, String origin, boolean full) {
        Instant now = FakeWorkflows.NOW;
        return new PolicyRun(id, "o1", 1, origin, full, now, now.plusSeconds(3600), now, null);
    }

    private PolicyInfo stored(String id) throws PluginException {
        return find(id).orElseThrow(() -> new PluginException(ErrorKind.NOT_FOUND, "There is no policy '" + id + "'."));
    }

    @Override
    public Page<PolicyInfo> list(PageRequest page) {
        return FakeRepository.page(List.copyOf(policies.values()), page);
    }

    @Override
    public Optional<PolicyInfo> find(String id) {
        return Optional.ofNullable(policies.get(id));
    }

    @Override
    public void check(String id, PolicySpec spec) throws PluginException {
        if (id != null) {
            stored(id);
        }
        if (policies.values().stream().anyMatch(p -> p.spec().name().equals(spec.name()) && !p.id().equals(id))) {
            throw new PluginException(ErrorKind.ALREADY_EXISTS, "There is a policy '" + spec.name() + "' already.");
        }
    }

    @Override
    public PolicyInfo create(PolicySpec spec) {
        String id = "o" + (policies.size() + 1);
        policies.put(id, info(id, spec, null));
        return policies.get(id);
    }

    @Override
    public PolicyInfo update(String id, PolicySpec spec) throws PluginException {
        policies.put(id, info(id, spec, stored(id).lastRun()));
        return policies.get(id);
    }

    @Override
    public void remove(String id) {
        policies.remove(id);
    }

    @Override
    public PolicyPreview preview(String id) throws PluginException {
        stored(id);
        Candidate data = new Candidate("i1", "p1", "data", "directory", Map.of(), true);
        Candidate test = new Candidate("i2", "p1", "web-test", "directory", Map.of(), true);
        return new PolicyPreview(
                List.of(
                        new Coverage.Decision(data, Coverage.Standing.NAMED, id),
                        new Coverage.Decision(test, Coverage.Standing.EXCLUDED, "")),
                List.of(FakeWorkflows.NOW));
    }

    @Override
    public PolicyRun run(String id, boolean full, String user) throws PluginException {
        stored(id);
        asked = run("r2", user, full);
        return asked;
    }

    @Override
    public Page<PolicyRun> runs(String id, PageRequest page) throws PluginException {
        PolicyRun last = stored(id).lastRun();
        return FakeRepository.page(last == null ? List.of() : List.of(last), page);
    }

    @Override
    public Optional<PolicyRun> findRun(String runId) {
        return policies.values().stream()
                .map(PolicyInfo::lastRun)
                .filter(r -> r != null && r.id().equals(runId))
                .findFirst();
    }

    @Override
    public List<PolicyItem> items(String id, String runId) throws PluginException {
        if (runs(id, PageRequest.first(1)).items().stream().noneMatch(r -> r.id().equals(runId))
                && (asked == null || !asked.id().equals(runId))) {
            throw new PluginException(ErrorKind.NOT_FOUND, "There is no such run of the policy.");
        }
        return List.of(
                new PolicyItem("w1", runId, id, "i1", PolicyItem.State.DONE, "", "fine", "w2"),
                new PolicyItem("x", runId, id, "i2", PolicyItem.State.SKIPPED, "EXCLUDED", "A rule excludes it.", ""));
    }
}
