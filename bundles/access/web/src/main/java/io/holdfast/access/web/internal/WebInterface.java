package io.holdfast.access.web.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;
import javax.servlet.Servlet;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.http.whiteboard.propertytypes.HttpWhiteboardServletName;
import org.osgi.service.http.whiteboard.propertytypes.HttpWhiteboardServletPattern;

/**
 * Serves the web interface below {@code /ui/}. Its files are read at the first request, not at the start of the appliance. Every address
 * that is no file's gets the page, which finds out by itself what it means. Needs no login: there is nothing in it that is not in the
 * distribution, too.
 */
@Component(service = Servlet.class)
@HttpWhiteboardServletName("holdfast-web")
@HttpWhiteboardServletPattern(WebInterface.ROOT + "*")
public final class WebInterface extends HttpServlet {

    private static final long serialVersionUID = 1L;

    /** Where everything is. */
    static final String ROOT = "/ui/";

    private static final String FILES = "/static/";
    private static final String DIRECTORY = "ui";

    private final transient Supplier<Site> reading;
    private transient volatile @Nullable Site site;

    @Activate
    public WebInterface(BundleContext context) {
        this(() -> new Site(BundleFiles.below(context.getBundle(), DIRECTORY), "/ui" + FILES));
    }

    WebInterface(Supplier<Site> reading) {
        this.reading = reading;
    }

    private Site site() {
        Site known = site;
        if (known == null) {
            known = reading.get(); // twice at worst, with the same result
            site = known;
        }
        return known;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Headers.guard(response);
        String path = request.getPathInfo();
        if (path == null) {
            Headers.redirect(response, ROOT);
        } else if (path.startsWith(FILES)) {
            file(request, response, path.substring(FILES.length()));
        } else {
            response.setHeader("Cache-Control", "no-cache");
            answer(request, response, site().page());
        }
    }

    private void file(HttpServletRequest request, HttpServletResponse response, String path) throws IOException {
        int slash = path.indexOf('/');
        Optional<Site.Asset> found =
                slash < 0 ? Optional.empty() : site().find(path.substring(0, slash), path.substring(slash + 1));
        if (found.isPresent()) {
            response.setHeader("Cache-Control", "public, max-age=31536000, immutable");
            answer(request, response, found.get());
        } else {
            response.setHeader("Cache-Control", "no-store");
            response.setStatus(HttpServletResponse.SC_NOT_FOUND);
            response.setContentType("text/plain; charset=utf-8");
            response.getOutputStream()
                    .write("There is no such file in this version of the web interface. Load the page again.\n"
                            .getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void answer(HttpServletRequest request, HttpServletResponse response, Site.Asset asset)
            throws IOException {
        response.setHeader("ETag", asset.tag());
        if (Headers.names(request.getHeader("If-None-Match"), asset.tag())) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        response.setContentType(asset.type());
        response.setContentLength(asset.content().length);
        response.getOutputStream().write(asset.content());
    }

    /** Not answered: it would send headers back, the login among them. */
    @Override
    protected void doTrace(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Headers.guard(response);
        response.setHeader("Allow", "GET, HEAD, OPTIONS");
        response.setStatus(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
    }
}
