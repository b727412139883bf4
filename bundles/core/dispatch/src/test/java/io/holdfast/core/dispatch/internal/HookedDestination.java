package io.holdfast.core.dispatch.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation.Registration;
import io.holdfast.spi.context.PluginContext;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.DestinationType;
import io.holdfast.spi.destination.ImmutableStore;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;

/** A destination type that asks a test before every put. */
final class HookedDestination implements DestinationType {

    /** What a test wants to happen before a put. */
    interface Hook {
        void beforePut(ObjectKey key, TransferContext context) throws PluginException;
    }

    private final String id;
    private final DestinationType real;
    volatile Hook hook = (key, context) -> {};

    HookedDestination(DestinationType real) {
        this(real.id(), real);
    }

    /** The same under another id, beside the real one. */
    HookedDestination(String id, DestinationType real) {
        this.id = id;
        this.real = real;
    }

    /** A put that hangs until it is cancelled. */
    static void hang(CountDownLatch reached, TransferContext context) throws PluginException {
        CountDownLatch cancelled = new CountDownLatch(1);
        try (Registration r = context.cancellation().onCancel(cancelled::countDown)) {
            reached.countDown();
            cancelled.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new PluginException(ErrorKind.CANCELLED, "the put was cancelled");
    }

    static boolean data(ObjectKey key) {
        return key.value().contains("pack");
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String displayName() {
        return real.displayName();
    }

    @Override
    public SettingsSchema schema() {
        return real.schema();
    }

    @Override
    public void initialize(Settings settings, PluginContext context) throws PluginException {
        real.initialize(settings, context);
    }

    @Override
    public Destination open(Settings settings, PluginContext context) throws PluginException {
        Destination opened = real.open(settings, context);
        return (Destination) Proxy.newProxyInstance(
                Destination.class.getClassLoader(),
                new Class<?>[] {Destination.class, ImmutableStore.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("put")) {
                        Content content = (Content) arguments[1];
                        if (content.length() >= 0) {
                            hook.beforePut((ObjectKey) arguments[0], (TransferContext) arguments[2]);
                        }
                    }
                    try {
                        return method.invoke(opened, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
