package io.holdfast.core.dispatch.internal;

import io.holdfast.core.worker.ControlPlane;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The way from a node to the control plane, which a test can cut, for good or for some calls. */
final class Wire {

    private final Map<String, AtomicInteger> failures = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private volatile boolean cut;

    ControlPlane to(ControlPlane plane) {
        return (ControlPlane) Proxy.newProxyInstance(
                ControlPlane.class.getClassLoader(),
                new Class<?>[] {ControlPlane.class},
                (proxy, method, arguments) -> {
                    calls.computeIfAbsent(method.getName(), n -> new AtomicInteger())
                            .incrementAndGet();
                    AtomicInteger left = failures.get(method.getName());
                    if (cut || left != null && left.getAndDecrement() > 0) {
                        throw new PluginException(ErrorKind.UNAVAILABLE, "the wire is cut");
                    }
                    try {
                        return method.invoke(plane, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** From now on nothing gets through: to the control plane the node is dead. */
    void cut() {
        cut = true;
    }

    /** The next calls of that name fail. */
    void failNext(String method, int times) {
        failures.put(method, new AtomicInteger(times));
    }

    int calls(String method) {
        AtomicInteger count = calls.get(method);
        return count == null ? 0 : count.get();
    }
}
