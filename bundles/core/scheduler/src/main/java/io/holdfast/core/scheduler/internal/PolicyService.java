package io.holdfast.core.scheduler.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.CatalogException;
import io.holdfast.core.catalog.IdSource;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.catalog.Policy;
import io.holdfast.core.catalog.PolicyItem;
import io.holdfast.core.catalog.PolicyRun;
import io.holdfast.core.policy.Schedule;
import io.holdfast.core.scheduler.Policies;
import io.holdfast.core.scheduler.PolicyInfo;
import io.holdfast.core.scheduler.PolicyPreview;
import io.holdfast.core.scheduler.PolicySpec;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Policies as administrators see them. */
final class PolicyService implements Policies {

    private static final int PREVIEWED = 5;
    private static final int ATTEMPTS = 10;

    private final Catalog catalog;
    private final IdSource ids;
    private final PolicyCheck check;
    private final Estates estates;
    private final Starter starter;
    private final Clock clock;
    private final Runnable wake;

    /** @param wake called when there is something to look at */
    PolicyService(
            Catalog catalog,
            IdSource ids,
            PolicyCheck check,
            Estates estates,
            Starter starter,
            Clock clock,
            Runnable wake) {
        this.catalog = catalog;
        this.ids = ids;
        this.check = check;
        this.estates = estates;
        this.starter = starter;
        this.clock = clock;
        this.wake = wake;
    }

    @Override
    public Page<PolicyInfo> list(PageRequest page) {
        Page<Policy> policies = catalog.policies().list(page);
        return new Page<>(policies.items().stream().map(this::info).toList(), policies.total());
    }

    @Override
    public Optional<PolicyInfo> find(String id) {
        return catalog.policies().find(id).map(this::info);
    }

    private PolicyInfo info(Policy policy) {
        PolicySpec spec = Definitions.read(policy);
        PolicyRun last = catalog.policies().runs(policy.id(), PageRequest.first(1)).items().stream()
                .findFirst()
                .orElse(null);
        Instant next = spec.enabled()
                ? next(spec.schedules(), clock.instant(), 1).stream()
                        .findFirst()
                        .orElse(null)
                : null;
        return new PolicyInfo(policy.id(), spec, policy.created(), policy.runs(), last, next);
    }

    private static List<Instant> next(List<Schedule> schedules, Instant after, int count) {
        List<Instant> times = new ArrayList<>();
        Instant time = after;
        while (times.size() < count) {
            Instant from = time;
            Optional<Instant> next =
                    schedules.stream().flatMap(s -> s.next(from).stream()).min(Instant::compareTo);
            if (next.isEmpty()) {
                return times;
            }
            time = next.get();
            times.add(time);
        }
        return times;
    }

    @Override
    public void check(@Nullable String id, PolicySpec spec) throws PluginException {
        if (id != null) {
            sameKind(stored(id), spec);
        }
        check.check(spec, now());
        boolean taken = catalog.policies()
                .findByName(spec.name())
                .filter(p -> !p.id().equals(id))
                .isPresent();
        if (taken) {
            throw new PluginException(
                    ErrorKind.ALREADY_EXISTS, "There is a policy '" + spec.name() + "' already; choose another name.");
        }
    }

    private static void sameKind(Policy before, PolicySpec spec) throws PluginException {
        if (spec.kind() != before.kind()) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "The kind of policy '" + before.name() + "' cannot be changed; make another one.");
        }
    }

    @Override
    public PolicyInfo create(PolicySpec spec) throws PluginException {
        Instant now = now();
        check.check(spec, now);
        Policy policy = policy(ids.next(), spec, now, now, null);
        translating(() -> {
            catalog.policies().add(policy);
            return policy;
        });
        return info(policy);
    }

    @Override
    public PolicyInfo update(String id, PolicySpec spec) throws PluginException {
        sameKind(stored(id), spec);
        Instant now = now();
        check.check(spec, now);
        Optional<Policy> changed = translating(() -> catalog.policies().change(id, p -> policy(id, spec, now, p)));
        return info(changed.orElseThrow(() -> unknown(id)));
    }

    private static Policy policy(String id, PolicySpec spec, Instant now, Policy before) {
        boolean sameTimes = before.enabled() == spec.enabled()
                && Definitions.read(before).schedules().equals(spec.schedules());
        return policy(id, spec, before.created(), sameTimes ? before.evaluated() : now, before);
    }

    private static Policy policy(
            String id, PolicySpec spec, Instant created, Instant evaluated, @Nullable Policy before) {
        Map<String, List<String>> definition = Definitions.write(spec);
        return new Policy(
                id,
                spec.name(),
                spec.kind(),
                spec.enabled(),
                spec.priority(),
                spec.destinationId(),
                definition,
                created,
                evaluated,
                before == null ? 0 : before.runs(),
                before == null ? null : before.retained());
    }

    @Override
    public void remove(String id) throws PluginException {
        translating(() -> {
            catalog.policies().remove(id);
            return id;
        });
    }

    @Override
    public PolicyPreview preview(String id) throws PluginException {
        Policy policy = stored(id);
        return new PolicyPreview(
                estates.decisions(policy), next(Definitions.read(policy).schedules(), clock.instant(), PREVIEWED));
    }

    @Override
    public PolicyRun run(String id, boolean full, String user) throws PluginException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Policy policy = stored(id);
            if (full && policy.kind() == Policy.Kind.SNAPSHOT) {
                throw new PluginException(ErrorKind.INVALID_CONFIG, "A snapshot is never a full one; leave that out.");
            }
            Optional<PolicyRun> run = starter.runNow(policy, full, user);
            if (run.isPresent()) {
                wake.run();
                return run.get();
            }
        }
        throw new PluginException(ErrorKind.CONFLICT, "Policy " + id + " keeps changing; try again.");
    }

    @Override
    public Page<PolicyRun> runs(String id, PageRequest page) throws PluginException {
        stored(id);
        return catalog.policies().runs(id, page);
    }

    @Override
    public Optional<PolicyRun> findRun(String runId) {
        return catalog.policies().findRun(runId);
    }

    @Override
    public List<PolicyItem> items(String id, String runId) throws PluginException {
        if (findRun(runId).filter(r -> r.policyId().equals(id)).isEmpty()) {
            throw new PluginException(
                    ErrorKind.NOT_FOUND, "There is no such run of the policy; old ones are removed after a while.");
        }
        return catalog.policies().items(runId);
    }

    /** As the catalogue keeps it, so that what was written equals what is read. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private Policy stored(String id) throws PluginException {
        return catalog.policies().find(id).orElseThrow(() -> unknown(id));
    }

    private static PluginException unknown(String id) {
        String shown = id.length() > 100 ? id.substring(0, 100) + "..." : id;
        return new PluginException(
                ErrorKind.NOT_FOUND, "There is no policy '" + shown.replaceAll("\\p{Cntrl}", "?") + "'.");
    }

    /** What the caller can do something about. */
    private static <T> T translating(Supplier<T> work) throws PluginException {
        try {
            return work.get();
        } catch (CatalogException e) {
            if (e.kind() == ErrorKind.ALREADY_EXISTS || e.kind() == ErrorKind.INVALID_CONFIG) {
                throw new PluginException(e.kind(), String.valueOf(e.getMessage()), e);
            }
            throw e;
        }
    }
}
