package io.holdfast.core.scheduler.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.Destination;
import io.holdfast.core.catalog.Health;
import io.holdfast.core.catalog.IdSource;
import io.holdfast.core.catalog.Instance;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.catalog.Policy;
import io.holdfast.core.catalog.PolicyItem;
import io.holdfast.core.catalog.PolicyRun;
import io.holdfast.core.catalog.Provider;
import io.holdfast.core.catalog.internal.OpenCatalog;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.plugins.PluginDescription;
import io.holdfast.core.plugins.PluginKind;
import io.holdfast.core.plugins.PluginRegistry;
import io.holdfast.core.plugins.PluginUse;
import io.holdfast.core.policy.MatchText;
import io.holdfast.core.policy.RetentionRule;
import io.holdfast.core.policy.ScheduleText;
import io.holdfast.core.scheduler.PolicySpec;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.StrategyType;
import io.holdfast.testkit.fake.ManualClock;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** A scheduler on a real catalogue, with a clock that is set and workflows that tests let end. */
final class Bench implements AutoCloseable {

    static final PageRequest ALL = PageRequest.first(PageRequest.MAX_LIMIT);

    final ManualClock clock = new ManualClock(Instant.parse("2026-05-01T12:00:00Z"));
    final OpenCatalog open;
    final Catalog catalog;
    final FakeWorkflows workflows;
    final List<PluginDescription> plugins = new ArrayList<>();
    private final AtomicLong numbers = new AtomicLong();
    final IdSource ids = () -> new UUID(numbers.incrementAndGet(), 1).toString();
    final Estates estates;
    final Starter starter;
    final Progress progress;
    final PolicyService policies;
    Engine engine;
    int verificationDays;

    Bench(Path directory) {
        open = OpenCatalog.sqlite(directory);
        catalog = open.catalog();
        workflows = new FakeWorkflows(catalog);
        estates = new Estates(catalog);
        starter = new Starter(catalog, ids, estates, clock);
        progress = new Progress(catalog, workflows, clock);
        engine = engine();
        policies = new PolicyService(
                catalog, ids, new PolicyCheck(catalog, registry()), estates, starter, clock, () -> {});
        catalog.providers().add(new Provider("p1", "fake", "provider", Map.of(), Health.unknown()));
        catalog.destinations().add(new Destination("d1", "fake", "vault", Map.of(), "v", Health.unknown(), null, null));
    }

    /** One more server on the same catalogue. */
    Engine engine() {
        Ends ends = new Ends(catalog, workflows, ids, estates, Duration.ofHours(24), clock);
        Inventories inventories = new Inventories(catalog, workflows, registry(), Duration.ofHours(1), clock);
        Verifications verifications = new Verifications(catalog, workflows, Duration.ofDays(verificationDays), clock);
        return new Engine(
                catalog, estates, inventories, verifications, starter, progress, ends, Duration.ofDays(60), clock);
    }

    PluginRegistry registry() {
        return (PluginRegistry) Proxy.newProxyInstance(
                Bench.class.getClassLoader(), new Class<?>[] {PluginRegistry.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("list") && arguments != null && arguments[0] == PluginKind.STRATEGY) {
                        return List.copyOf(plugins);
                    }
                    if (method.getName().equals("useStrategy")) {
                        return use(String.valueOf(arguments[0]));
                    }
                    throw new UnsupportedOperationException(method.getName());
                });
    }

    /** A type whose name begins with "finds" finds its instances by itself; "away" is not installed. */
    private static PluginUse<StrategyType> use(String id) throws PluginException {
        if (id.equals("away")) {
            throw new PluginException(ErrorKind.UNSUPPORTED, "not installed");
        }
        StrategyType type = (StrategyType) Proxy.newProxyInstance(
                Bench.class.getClassLoader(),
                new Class<?>[] {StrategyType.class},
                (proxy, method, arguments) -> method.getName().equals("discovers") && id.startsWith("finds"));
        return new PluginUse<>() {
            @Override
            public StrategyType type() {
                return type;
            }

            @Override
            public PluginDescription description() {
                throw new UnsupportedOperationException();
            }

            @Override
            public boolean departed() {
                return false;
            }

            @Override
            public void close() {}
        };
    }

    void instance(String id, String name, boolean present) {
        Instance instance = new Instance(
                id, "p1", "external " + id, name, "machine", 1, Map.of(), Map.of(), present, clock.instant());
        if (catalog.instances().find(id).isPresent()) {
            catalog.instances().update(instance);
        } else {
            catalog.instances().add(instance);
        }
    }

    static PolicySpec backups(String name, String... schedules) {
        return spec(name, Policy.Kind.BACKUP, null, null, schedules);
    }

    static PolicySpec spec(
            String name, Policy.Kind kind, RetentionRule retention, PolicySpec.Proof proof, String... schedules) {
        return new PolicySpec(
                name,
                kind,
                true,
                50,
                kind == Policy.Kind.BACKUP ? "d1" : null,
                Set.of(),
                List.of(MatchText.read("name=web-*")),
                List.of(MatchText.read("name=*-test")),
                List.of(schedules).stream().map(ScheduleText::read).toList(),
                retention,
                proof);
    }

    List<PolicyRun> runs(String policyId) {
        return catalog.policies().runs(policyId, ALL).items();
    }

    List<PolicyItem> items(String policyId) {
        return runs(policyId).stream()
                .flatMap(r -> catalog.policies().items(r.id()).stream())
                .toList();
    }

    <T extends WorkflowRequest> List<T> requests(Class<T> type) {
        return workflows.submitted.stream()
                .map(FakeWorkflows.Submitted::request)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    /** The id of the newest workflow of a kind. */
    String newest(Class<? extends WorkflowRequest> type) {
        return workflows.submitted.stream()
                .filter(s -> type.isInstance(s.request()))
                .reduce((a, b) -> b)
                .orElseThrow()
                .id();
    }

    @Override
    public void close() {
        open.close();
    }
}
