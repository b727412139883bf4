package io.holdfast.access.rest.internal;

import java.net.URI;
import java.util.Set;
import javax.annotation.Priority;
import javax.ws.rs.HttpMethod;
import javax.ws.rs.container.ContainerRequestContext;
import javax.ws.rs.container.ContainerRequestFilter;
import javax.ws.rs.container.PreMatching;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.ext.Provider;
import org.jspecify.annotations.Nullable;

/**
 * Refuses changes that a browser makes on behalf of another site: browsers remember Basic credentials and would send
 * them along. Other clients send neither of the two headers.
 */
@Provider
@PreMatching
@Priority(CrossSiteFilter.PRIORITY)
final class CrossSiteFilter implements ContainerRequestFilter {

    static final int PRIORITY = 500;

    private static final Set<String> HARMLESS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final Set<String> OWN = Set.of("same-origin", "none");

    private final Problems problems;

    CrossSiteFilter(Problems problems) {
        this.problems = problems;
    }

    @Override
    public void filter(ContainerRequestContext context) {
        if (HARMLESS.contains(context.getMethod())) {
            return;
        }
        String site = context.getHeaderString("Sec-Fetch-Site");
        boolean foreign = site != null && !OWN.contains(site)
                || !sameHost(context.getHeaderString("Origin"), context.getHeaderString(HttpHeaders.HOST));
        if (foreign) {
            context.abortWith(problems.response(403, "changes are not accepted from pages of other sites")
                    .build());
        }
    }

    private static boolean sameHost(@Nullable String origin, @Nullable String host) {
        if (origin == null) {
            return true;
        }
        try {
            return host != null && host.equalsIgnoreCase(URI.create(origin).getAuthority());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
