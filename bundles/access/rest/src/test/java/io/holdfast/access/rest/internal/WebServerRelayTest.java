package io.holdfast.access.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.dto.ServiceReferenceDTO;
import org.osgi.service.http.runtime.HttpServiceRuntime;
import org.osgi.service.http.runtime.dto.RuntimeDTO;

class WebServerRelayTest {

    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private final WebServerRelay relay = new WebServerRelay(context(), 1);

    private BundleContext context() {
        return proxy(BundleContext.class, (method, arguments) -> {
            Dictionary<?, ?> properties = (Dictionary<?, ?>) arguments[2];
            seen.add("registered for " + Arrays.toString((String[]) properties.get("osgi.http.endpoint")) + ", ready "
                    + properties.get("holdfast.ready") + ", by " + thread());
            return proxy(ServiceRegistration.class, (unregister, nothing) -> seen.add("unregistered by " + thread()));
        });
    }

    private static String thread() {
        return Thread.currentThread().getName();
    }

    private interface Answer {
        Object to(String method, Object... arguments);
    }

    private static <T> T proxy(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> switch (method.getName()) {
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> proxy == arguments[0];
                    case "unregister" -> {
                        answer.to("unregister");
                        yield null;
                    }
                    default -> answer.to(method.getName(), arguments);
                }));
    }

    /** One that answers when it is free. */
    private static HttpServiceRuntime runtime(CompletableFuture<RuntimeDTO> whenFree) {
        return proxy(HttpServiceRuntime.class, (method, arguments) -> whenFree.join());
    }

    private static RuntimeDTO answer(String endpoint) {
        RuntimeDTO dto = new RuntimeDTO();
        dto.serviceDTO = new ServiceReferenceDTO();
        dto.serviceDTO.properties = Map.of("osgi.http.endpoint", new String[] {endpoint});
        return dto;
    }

    private String next() throws InterruptedException {
        return seen.poll(20, TimeUnit.SECONDS);
    }

    @Test
    void a_web_server_is_announced_when_it_is_free_and_on_another_thread_than_its_own() throws Exception {
        CompletableFuture<RuntimeDTO> free = new CompletableFuture<>();
        HttpServiceRuntime runtime = runtime(free);

        relay.addWebServer(runtime); // returns, although nobody answers yet
        assertThat(seen).isEmpty();
        free.complete(answer("https://127.0.0.1:8443/"));

        assertThat(next())
                .isEqualTo("registered for [https://127.0.0.1:8443/], ready true, by holdfast-web-server-relay");

        relay.removeWebServer(runtime);

        assertThat(next()).isEqualTo("unregistered by holdfast-web-server-relay");
    }

    @Test
    void a_web_server_that_has_gone_again_is_not_announced_but_its_successor_is() throws Exception {
        HttpServiceRuntime gone = runtime(CompletableFuture.failedFuture(new IllegalStateException("unregistered")));
        relay.addWebServer(gone);
        relay.removeWebServer(gone);
        relay.addWebServer(runtime(CompletableFuture.completedFuture(answer("https://127.0.0.1:9443/"))));

        assertThat(next()).startsWith("registered for [https://127.0.0.1:9443/]");
    }

    @Test
    void a_web_server_that_cannot_say_where_it_serves_is_asked_again() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        relay.addWebServer(proxy(HttpServiceRuntime.class, (method, arguments) -> {
            if (asked.incrementAndGet() < 3) {
                throw new IllegalArgumentException("not now");
            }
            return answer("https://127.0.0.1:8443/");
        }));

        assertThat(next()).startsWith("registered for [https://127.0.0.1:8443/]");
    }

    @Test
    void a_web_server_that_never_answers_does_not_keep_its_successor_back() throws Exception {
        HttpServiceRuntime silent = runtime(new CompletableFuture<>());
        relay.addWebServer(silent);
        relay.removeWebServer(silent);
        relay.addWebServer(runtime(CompletableFuture.completedFuture(answer("https://127.0.0.1:9443/"))));

        assertThat(next()).startsWith("registered for [https://127.0.0.1:9443/]");
    }

    @Test
    void nothing_stays_announced_when_the_bundle_ends() throws Exception {
        HttpServiceRuntime runtime = runtime(CompletableFuture.completedFuture(answer("https://127.0.0.1:8443/")));
        relay.addWebServer(runtime);
        assertThat(next()).startsWith("registered");

        relay.close();
        relay.removeWebServer(runtime); // as the framework does afterwards

        assertThat(next()).startsWith("unregistered");
    }
}
