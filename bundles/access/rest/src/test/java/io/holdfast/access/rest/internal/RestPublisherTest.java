package io.holdfast.access.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.access.model.fakes.FakeCore;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

class RestPublisherTest {

    private final List<String> done = new CopyOnWriteArrayList<>();

    private BundleContext context() {
        ServiceRegistration<?> registration = (ServiceRegistration<?>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ServiceRegistration.class}, (proxy, method, arguments) -> {
                    done.add(method.getName());
                    return null;
                });
        return (BundleContext) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {BundleContext.class}, (proxy, method, arguments) -> {
                    done.add("register");
                    return registration;
                });
    }

    private static RestApplication application() {
        return new RestApplication(new FakeCore(), RestApplication.Settings.standard());
    }

    @Test
    void what_the_whiteboard_has_lost_is_given_to_it_again_and_what_it_serves_is_left_alone() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        CountDownLatch enough = new CountDownLatch(20);
        RestPublisher publisher = new RestPublisher(
                context(),
                application(),
                () -> {
                    enough.countDown();
                    int look = looks.incrementAndGet();
                    return look == 3 || look > 8; // four times lost, then there, then lost until it is given again
                },
                1);

        assertThat(enough.await(20, TimeUnit.SECONDS)).isTrue();
        publisher.close();

        assertThat(done).containsExactly("register", "unregister", "register", "unregister");
    }
}
