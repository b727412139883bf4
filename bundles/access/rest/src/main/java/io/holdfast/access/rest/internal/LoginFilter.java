package io.holdfast.access.rest.internal;

import io.holdfast.access.model.CoreServices;
import io.holdfast.access.model.Texts;
import io.holdfast.core.security.Accounts;
import io.holdfast.core.security.Principal;
import io.holdfast.core.security.TooManyAttemptsException;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import javax.annotation.Priority;
import javax.servlet.http.HttpServletRequest;
import javax.ws.rs.Priorities;
import javax.ws.rs.container.ContainerRequestContext;
import javax.ws.rs.container.ContainerRequestFilter;
import javax.ws.rs.container.PreMatching;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.Response;
import javax.ws.rs.ext.Provider;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who is asking, before anything else is looked at. A password or a token comes with every request; there are
 * no cookies, so that no other web page can act in somebody's name.
 */
@Provider
@PreMatching
@Priority(Priorities.AUTHENTICATION)
final class LoginFilter implements ContainerRequestFilter {

    /** What answers everybody. Whatever else is asked for, even if it does not exist, needs a login. */
    static final Set<String> OPEN = Set.of("health", "openapi.json");

    private final CoreServices core;
    private final Problems problems;

    @Context
    private @Nullable HttpServletRequest request;

    LoginFilter(CoreServices core, Problems problems) {
        this.core = core;
        this.problems = problems;
    }

    @Override
    public void filter(ContainerRequestContext context) {
        String path = context.getUriInfo().getPath(false);
        if (OPEN.contains(path.startsWith("/") ? path.substring(1) : path)) {
            return;
        }
        try {
            Principal principal = authenticate(core.accounts(), context.getHeaderString(HttpHeaders.AUTHORIZATION));
            boolean secure = context.getSecurityContext().isSecure();
            context.setSecurityContext(new Caller(principal, secure));
        } catch (TooManyAttemptsException e) {
            context.abortWith(problems.of(e));
        } catch (PluginException e) {
            context.abortWith(e.kind() == ErrorKind.AUTHENTICATION ? unauthorized(Texts.messageOf(e)) : problems.of(e));
        }
    }

    private Principal authenticate(Accounts accounts, @Nullable String header) throws PluginException {
        if (header == null) {
            throw refused("log in with user and password (Basic) or with a token (Bearer)");
        }
        String source = request == null ? "" : request.getRemoteAddr();
        String[] parts = header.trim().split("\\s+", 2);
        String credentials = parts.length == 2 ? parts[1] : "";
        if (parts[0].equalsIgnoreCase("Bearer") && !credentials.isEmpty()) {
            return accounts.authenticateToken(credentials, source);
        } else if (parts[0].equalsIgnoreCase("Basic")) {
            String decoded = decode(credentials);
            int colon = decoded.indexOf(':');
            if (colon > 0) {
                return accounts.authenticate(decoded.substring(0, colon), decoded.substring(colon + 1), source);
            }
        }
        throw refused("the header Authorization is neither 'Basic' with user and password nor 'Bearer' with a token");
    }

    private static String decode(String credentials) {
        try {
            return new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static PluginException refused(String message) {
        return new PluginException(ErrorKind.AUTHENTICATION, message);
    }

    private Response unauthorized(String detail) {
        return problems.response(401, detail)
                .header(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"Holdfast\", charset=\"UTF-8\"")
                .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"Holdfast\"")
                .build();
    }
}
