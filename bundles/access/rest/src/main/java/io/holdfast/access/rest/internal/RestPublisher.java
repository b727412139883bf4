package io.holdfast.access.rest.internal;

import io.holdfast.access.model.CoreServices;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.ws.rs.core.Application;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.jaxrs.runtime.JaxrsServiceRuntime;
import org.osgi.service.jaxrs.runtime.JaxrsServiceRuntimeConstants;
import org.osgi.service.jaxrs.whiteboard.JaxrsWhiteboardConstants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the REST interface to the whiteboard, as long as there is a web server.
 *
 * <p>The whiteboard (Aries 2.0.2) starts anew, in a thread of its own, whenever the web server does, and can lose an application that
 * another thread registers while it collects what is there already. It names its endpoints when it has finished, which is
 * waited for; an application that it has lost nevertheless is given to it once more.
 */
@Component(
        service = {},
        immediate = true)
public final class RestPublisher {

    private static final Logger LOG = LoggerFactory.getLogger(RestPublisher.class);
    private static final String NAME = "holdfast";
    private static final long LOOK_MILLIS = 1_000;
    private static final int PATIENCE = 5;
    private static final int MOST = 10;

    private final BundleContext context;
    private final RestApplication application;
    private final BooleanSupplier served;
    private final Thread watch;
    private ServiceRegistration<Application> registration;

    @Activate
    public RestPublisher(
            BundleContext context,
            @Reference CoreServices core,
            @Reference(target = "(" + JaxrsServiceRuntimeConstants.JAX_RS_SERVICE_ENDPOINT + "=*)")
                    JaxrsServiceRuntime runtime) {
        this(
                context,
                new RestApplication(core, RestApplication.Settings.standard()),
                () -> Arrays.stream(runtime.getRuntimeDTO().applicationDTOs).anyMatch(dto -> NAME.equals(dto.name)),
                LOOK_MILLIS);
    }

    /** @param served whether the whiteboard knows the application */
    RestPublisher(BundleContext context, RestApplication application, BooleanSupplier served, long lookMillis) {
        this.context = context;
        this.application = application;
        this.served = served;
        registration = register();
        watch = new Thread(() -> watch(lookMillis), "holdfast-rest-watch");
        watch.setDaemon(true);
        watch.start();
    }

    private ServiceRegistration<Application> register() {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(JaxrsWhiteboardConstants.JAX_RS_APPLICATION_BASE, RestApplication.BASE);
        properties.put(JaxrsWhiteboardConstants.JAX_RS_NAME, NAME);
        return context.registerService(Application.class, application, properties);
    }

    private void watch(long lookMillis) {
        int missed = 0;
        int again = 0;
        try {
            while (again < MOST) {
                TimeUnit.MILLISECONDS.sleep(lookMillis);
                missed = isServed() ? 0 : missed + 1;
                if (missed == PATIENCE) {
                    LOG.warn("The web server does not serve the REST interface; it is given to it once more");
                    registerAgain();
                    missed = 0;
                    again++;
                }
            }
            LOG.error(
                    "The web server does not serve the REST interface, however often it is given to it; restart the appliance");
        } catch (InterruptedException | IllegalStateException e) {
            // the component, or the bundle, ends
        }
    }

    private boolean isServed() {
        try {
            return served.getAsBoolean();
        } catch (IllegalStateException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.debug("The whiteboard does not say what it serves", e);
            return true; // nothing is known
        }
    }

    private synchronized void registerAgain() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        registration.unregister();
        registration = register();
    }

    @Deactivate
    void close() {
        watch.interrupt();
        synchronized (this) {
            try {
                registration.unregister();
            } catch (IllegalStateException e) {
                LOG.debug("The REST interface was gone already", e);
            }
        }
        application.close();
    }
}
