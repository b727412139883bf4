package io.holdfast.access.rest.internal;

import io.holdfast.access.model.CoreServices;
import io.holdfast.access.model.HealthReport;
import io.holdfast.access.model.Json;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import javax.ws.rs.core.Application;

/**
 * The whole of the REST interface in one piece: resources never appear without the filters that guard them. Resources find the core
 * services anew for each request.
 */
public final class RestApplication extends Application {

    /** Where everything is. */
    static final String BASE = "/api/v1";

    private final Set<Object> singletons = new LinkedHashSet<>();
    private final EventStreams events;

    /** What can be different in tests. */
    record Settings(Clock clock, Duration keepAlive, int maxStreams) {
        static Settings standard() {
            return new Settings(Clock.systemUTC(), Duration.ofSeconds(15), 100);
        }
    }

    RestApplication(CoreServices core, Settings settings) {
        Json json = new Json();
        Problems problems = new Problems(json);
        Revision revision = new Revision(json, problems);
        events = new EventStreams(core, json, settings);
        addProviders(core, json, problems);
        singletons.add(new HealthResource(new HealthReport(core, settings.clock())));
        singletons.add(new OpenApiResource());
        singletons.add(new MeResource());
        singletons.add(new PluginsResource(core));
        singletons.add(new ProvidersResource(core, problems, revision));
        singletons.add(new DestinationsResource(core, problems, revision));
        singletons.add(new VaultKeysResource(core, problems));
        singletons.add(new InstancesResource(core, problems));
        singletons.add(new SnapshotsResource(core, problems));
        singletons.add(new PoliciesResource(core, problems, revision));
        singletons.add(new BackupsResource(core, problems));
        singletons.add(new ContentsResource(core, problems));
        singletons.add(new WorkflowsResource(core, problems));
        singletons.add(new TasksResource(core, problems));
        singletons.add(new EventsResource(events));
        singletons.add(new UsersResource(core, problems));
        singletons.add(new TokensResource(core));
        singletons.add(new ApprovalsResource(core, problems));
        singletons.add(new NodesResource(core, problems));
        singletons.add(new MasterKeyResource(core));
    }

    private void addProviders(CoreServices core, Json json, Problems problems) {
        singletons.add(new CrossSiteFilter(problems));
        singletons.add(new LoginFilter(core, problems));
        singletons.add(new BodyFilter(problems));
        singletons.add(new PermissionFilter(problems));
        singletons.add(new SecurityHeaders());
        singletons.add(new ProblemMapper(problems));
        singletons.add(new HttpProblemMapper(problems));
        singletons.add(new JsonBodies(json, problems));
    }

    @Override
    public Set<Object> getSingletons() {
        return singletons;
    }

    void close() {
        events.close();
    }
}
