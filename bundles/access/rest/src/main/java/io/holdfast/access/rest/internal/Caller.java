package io.holdfast.access.rest.internal;

import io.holdfast.core.security.Principal;
import io.holdfast.core.security.Role;
import javax.ws.rs.core.SecurityContext;

/** Who is asking, as JAX-RS wants to know it. */
record Caller(Principal principal, boolean secure) implements SecurityContext {

    /** Whoever {@link LoginFilter} found behind a request. */
    static Principal of(SecurityContext context) {
        return (Principal) context.getUserPrincipal();
    }

    @Override
    public Principal getUserPrincipal() {
        return principal;
    }

    @Override
    public boolean isUserInRole(String role) {
        return Role.of(role).map(principal.roles()::contains).orElse(false);
    }

    @Override
    public boolean isSecure() {
        return secure;
    }

    @Override
    public String getAuthenticationScheme() {
        return principal.tokenId() == null ? BASIC_AUTH : "BEARER";
    }
}
