package io.holdfast.access.rest.internal;

import io.holdfast.access.model.HealthReport;
import io.holdfast.access.model.fakes.FakeCore;
import io.holdfast.access.model.fakes.FakeWorkflows;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Base64;
import javax.servlet.ServletConfig;
import org.apache.cxf.BusFactory;
import org.apache.cxf.jaxrs.JAXRSServerFactoryBean;
import org.apache.cxf.jaxrs.sse.SseContextProvider;
import org.apache.cxf.jaxrs.sse.SseEventSinkContextProvider;
import org.apache.cxf.jaxrs.utils.ResourceUtils;
import org.apache.cxf.transport.servlet.CXFNonSpringServlet;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;

/** The real application on a real HTTP server, with a core in memory. */
final class RunningApplication implements AutoCloseable {

    final FakeCore core = new FakeCore();
    private final Clock clock = Clock.fixed(FakeWorkflows.NOW, ZoneOffset.UTC);
    private final RestApplication application =
            new RestApplication(core, new RestApplication.Settings(clock, Duration.ofMillis(50), 2));
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);
    private final HttpClient client = HttpClient.newHttpClient();

    RunningApplication() throws Exception {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        ServletHolder rest = new ServletHolder(new RestServlet());
        rest.setAsyncSupported(true);
        context.addServlet(rest, RestApplication.BASE + "/*");
        context.addServlet(new ServletHolder(new IndexPage(new HealthReport(core, clock))), "/*");
        server.setHandler(context);
        server.start();
    }

    private final class RestServlet extends CXFNonSpringServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void loadBus(ServletConfig config) {
            super.loadBus(config);
            BusFactory.setThreadDefaultBus(getBus());
            JAXRSServerFactoryBean factory = ResourceUtils.createApplication(application, true, true, false, getBus());
            factory.setBus(getBus());
            factory.setAddress("/");
            factory.setProvider(new SseContextProvider());
            factory.setProvider(new SseEventSinkContextProvider());
            factory.create();
        }
    }

    int port() {
        return connector.getLocalPort();
    }

    URI root() {
        return URI.create("http://127.0.0.1:" + connector.getLocalPort() + "/");
    }

    URI at(String path) {
        return root().resolve("api/v1/" + path);
    }

    /** A request of the administrator's. */
    HttpRequest.Builder request(String path) {
        return as("admin", path);
    }

    HttpRequest.Builder as(String user, String path) {
        return anonymous(path).header("Authorization", basic(user, user + "-password"));
    }

    HttpRequest.Builder anonymous(String path) {
        return HttpRequest.newBuilder(at(path)).timeout(Duration.ofSeconds(20));
    }

    static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        return client.send(request.build(), handler);
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    HttpResponse<String> send(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path);
        if (body == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json").method(method, BodyPublishers.ofString(body));
        }
        return send(request);
    }

    @Override
    public void close() throws Exception {
        application.close();
        server.stop();
    }
}
