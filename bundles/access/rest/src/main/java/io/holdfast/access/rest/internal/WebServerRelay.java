package io.holdfast.access.rest.internal;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
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
    private static final long AGAIN_MILLIS = 1_000;

    private final BundleContext context;
    private final long againMillis;
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread worker = new Thread(work, "holdfast-web-server-relay");
        worker.setDaemon(true);
        return worker;
    });
    private final Set<HttpServiceRuntime> present = new HashSet<>();
    private final Map<HttpServiceRuntime, ServiceRegistration<HttpServiceRuntime>> relayed = new HashMap<>();

    @Activate
    public WebServerRelay(BundleContext context) {
        this(context, AGAIN_MILLIS);
    }

    /** @param againMillis how long it waits before it asks a web server again that did not know about itself */
    WebServerRelay(BundleContext context, long againMillis) {
        this.context = context;
        this.againMillis = againMillis;
    }

    @Reference(
            target = "(!(" + READY + "=*))",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    void addWebServer(HttpServiceRuntime runtime) {
        synchronized (relayed) {
            present.add(runtime);
        }
        threads.execute(() -> relay(runtime));
    }

    void removeWebServer(HttpServiceRuntime runtime) {
        ServiceRegistration<HttpServiceRuntime> registration;
        synchronized (relayed) {
            present.remove(runtime);
            registration = relayed.remove(runtime);
        }
        if (registration != null) {
            threads.execute(() -> withdraw(registration));
        }
    }

    private boolean isPresent(HttpServiceRuntime runtime) {
        synchronized (relayed) {
            return present.contains(runtime);
        }
    }

    private void relay(HttpServiceRuntime runtime) {
        Object endpoints = endpoints(runtime);
        if (endpoints == null) {
            return;
        }
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(HttpServiceRuntimeConstants.HTTP_SERVICE_ENDPOINT, endpoints);
        properties.put(READY, true);
        ServiceRegistration<HttpServiceRuntime> registration =
                context.registerService(HttpServiceRuntime.class, runtime, properties);
        synchronized (relayed) {
            if (present.contains(runtime)) {
                relayed.put(runtime, registration);
                return;
            }
        }
        withdraw(registration);
    }

    /** Where it serves; null if it has gone. */
    private @Nullable Object endpoints(HttpServiceRuntime runtime) {
        while (isPresent(runtime)) {
            try {
                // is answered on the web server's thread, so not before that has done what it is doing
                return runtime.getRuntimeDTO()
                        .serviceDTO
                        .properties
                        .get(HttpServiceRuntimeConstants.HTTP_SERVICE_ENDPOINT);
            } catch (RuntimeException e) {
                if (isPresent(runtime)) {
                    LOG.warn("The web server does not say where it serves; it is asked again", e);
                    pause();
                }
            }
        }
        return null;
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(againMillis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void withdraw(ServiceRegistration<HttpServiceRuntime> registration) {
        try {
            registration.unregister();
        } catch (IllegalStateException e) {
            LOG.debug("The bundle has ended, and with it its services", e);
        }
    }

    @Deactivate
    void close() {
        List<HttpServiceRuntime> all;
        synchronized (relayed) {
            all = List.copyOf(present);
        }
        all.forEach(this::removeWebServer);
        threads.shutdown();
    }
}
