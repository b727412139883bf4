package io.holdfast.access.rest.internal;

import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.http.runtime.HttpServiceRuntime;
import org.osgi.service.http.runtime.HttpServiceRuntimeConstants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the JAX-RS whiteboard of the web server: when the web server has started to the end, and on a thread of its own.
 *
 * <p>Pax Web (8.0.34) announces its runtime on the one thread that also does all that is asked of the web server. Aries (2.0.2)
 * begins at once and on that thread, and there needs a lock that Pax Web's own whiteboard may hold while it waits for that thread.
 * Then both wait for ever, and the appliance serves nothing (ops4j/org.ops4j.pax.web issue 2057). So Aries is told by
 * {@code etc/org.apache.aries.jax.rs.whiteboard.default.cfg} to follow the service that is registered here, and no other.
 */
@Component(
        service = {},
        immediate = true)
public final class WebServerRelay {

    /** The property that only the service of this class has. */
    static final String READY = "holdfast.ready";

    private static final Logger LOG = LoggerFactory.getLogger(WebServerRelay.class);

    private final BundleContext context;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        Thread worker = new Thread(work, "holdfast-web-server-relay");
        worker.setDaemon(true);
        return worker;
    });
    /** Used on the thread only. */
    private final Map<HttpServiceRuntime, ServiceRegistration<HttpServiceRuntime>> relayed = new HashMap<>();

    @Activate
    public WebServerRelay(BundleContext context) {
        this.context = context;
    }

    @Reference(
            target = "(!(" + READY + "=*))",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    void addWebServer(HttpServiceRuntime runtime) {
        thread.execute(() -> relay(runtime));
    }

    void removeWebServer(HttpServiceRuntime runtime) {
        if (!thread.isShutdown()) { // what is left when the component ends has been withdrawn already
            thread.execute(() -> withdraw(relayed.remove(runtime)));
        }
    }

    private void relay(HttpServiceRuntime runtime) {
        try {
            // is answered on the web server's thread, so not before that has done what it is doing
            Object endpoints = runtime.getRuntimeDTO()
                    .serviceDTO
                    .properties
                    .get(HttpServiceRuntimeConstants.HTTP_SERVICE_ENDPOINT);
            Hashtable<String, Object> properties = new Hashtable<>();
            properties.put(HttpServiceRuntimeConstants.HTTP_SERVICE_ENDPOINT, endpoints);
            properties.put(READY, true);
            relayed.put(runtime, context.registerService(HttpServiceRuntime.class, runtime, properties));
        } catch (RuntimeException e) {
            LOG.debug("The web server was gone before it had started; its successor is announced, too", e);
        }
    }

    private static void withdraw(@Nullable ServiceRegistration<HttpServiceRuntime> registration) {
        try {
            if (registration != null) {
                registration.unregister();
            }
        } catch (IllegalStateException e) {
            LOG.debug("The bundle has ended, and with it its services", e);
        }
    }

    @Deactivate
    void close() {
        thread.execute(() -> List.copyOf(relayed.keySet()).forEach(runtime -> withdraw(relayed.remove(runtime))));
        thread.shutdown();
    }
}
