package io.holdfast.access.rest.internal;

import io.holdfast.access.model.CoreServices;
import io.holdfast.access.model.HealthReport;
import io.holdfast.access.model.Json;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import javax.ws.rs.core.Application;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.jaxrs.runtime.JaxrsServiceRuntime;
import org.osgi.service.jaxrs.runtime.JaxrsServiceRuntimeConstants;
import org.osgi.service.jaxrs.whiteboard.propertytypes.JaxrsApplicationBase;
import org.osgi.service.jaxrs.whiteboard.propertytypes.JaxrsName;

/**
 * The whole of the REST interface in one piece: resources never appear without the filters that guard them. It is there as
 * long as there is a web server; resources find the core services anew for each request.
 *
 * <p>The whiteboard (Aries 2.0.2) starts anew, in a thread of its own, whenever the web server does, and loses an application
 * that another thread registers while it collects what is there already. It names its endpoints when it has finished: the
 * application waits for them.
 */
@Component(
        service = Application.class,
        reference =
                @Reference(
                        name = "whiteboard",
                        service = JaxrsServiceRuntime.class,
                        target = "(" + JaxrsServiceRuntimeConstants.JAX_RS_SERVICE_ENDPOINT + "=*)"))
@JaxrsApplicationBase(RestApplication.BASE)
@JaxrsName("holdfast")
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

    @Activate
    public RestApplication(@Reference CoreServices core) {
        this(core, Settings.standard());
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
        singletons.add(new NodesResource(core, problems));
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

    @Deactivate
    void close() {
        events.close();
    }
}
