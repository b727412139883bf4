package io.holdfast.access.rest.internal;

import io.holdfast.access.model.CheckDto;
import io.holdfast.access.model.CoreServices;
import io.holdfast.access.model.HealthDto;
import io.holdfast.access.model.HealthReport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Objects;
import java.util.stream.Collectors;
import javax.servlet.Servlet;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.http.whiteboard.propertytypes.HttpWhiteboardServletName;
import org.osgi.service.http.whiteboard.propertytypes.HttpWhiteboardServletPattern;

/**
 * What a browser shows at the appliance's address: the web interface where it is installed; otherwise how the appliance is, and how to get
 * on from here. Needs no login. Takes every path that
 * nothing else takes, so that the default application of the JAX-RS whiteboard, which would, stays out of the way.
 */
@Component(
        service = Servlet.class,
        property = "service.ranking:Integer=-1000") // above the whiteboard's own, below all others
@HttpWhiteboardServletName("holdfast-index") // or all servlets without a name are one
@HttpWhiteboardServletPattern("/*")
public final class IndexPage extends HttpServlet {

    private static final long serialVersionUID = 1L;

    private static final String WEB_INTERFACE = "/ui/";

    private final transient HealthReport report;
    private final String template;

    /** Not the service itself, which is made when it is first asked. */
    @Reference(
            target = "(osgi.http.whiteboard.servlet.name=holdfast-web)",
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC)
    private transient volatile @Nullable ServiceReference<Servlet> webInterface;

    @Activate
    public IndexPage(@Reference CoreServices core) {
        this(new HealthReport(core, Clock.systemUTC()));
    }

    IndexPage(HealthReport report) {
        this.report = report;
        try (InputStream in = IndexPage.class.getResourceAsStream("index.html")) {
            template = new String(Objects.requireNonNull(in, "index.html").readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read index.html", e);
        }
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = request.getPathInfo();
        if (path != null && !path.equals("/")) {
            response.setStatus(HttpServletResponse.SC_NOT_FOUND);
            response.setContentType("text/plain; charset=utf-8");
            response.getOutputStream().print("There is nothing at this address. The page at / says what there is.\n");
            return;
        }
        response.setHeader("Cache-Control", "no-store");
        if (webInterface != null) {
            response.setStatus(HttpServletResponse.SC_FOUND);
            response.setHeader("Location", WEB_INTERFACE);
            return;
        }
        response.setContentType("text/html; charset=utf-8");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Strict-Transport-Security", SecurityHeaders.HSTS);
        response.setHeader(
                "Content-Security-Policy",
                "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
        response.getOutputStream().write(page(report.take()).getBytes(StandardCharsets.UTF_8));
    }

    private String page(HealthDto health) {
        String checks = health.checks().stream().map(IndexPage::row).collect(Collectors.joining("\n"));
        return template.replace("{{version}}", escape(health.version()))
                .replace("{{status}}", health.status().name())
                .replace("{{checks}}", checks);
    }

    private static String row(CheckDto check) {
        return "<tr class=\"" + check.status() + "\"><td>" + escape(check.name()) + "</td><td>" + check.status()
                + "</td><td>" + escape(check.message()) + "</td></tr>";
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
