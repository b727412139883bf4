package io.holdfast.access.web.internal;

import java.util.Arrays;
import javax.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/** What every answer says, and small questions about what was asked. */
final class Headers {

    /**
     * Nothing from elsewhere, nothing inline, nowhere inside of another page; and no text becomes HTML or a script by accident: the
     * browser refuses the ways to do that.
     */
    static final String POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none';"
            + " frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private Headers() {}

    static void guard(HttpServletResponse response) {
        response.setHeader("Content-Security-Policy", POLICY);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        response.setHeader("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
        response.setHeader("Strict-Transport-Security", "max-age=31536000");
    }

    /** Relative to the address that was asked for, so that it is right behind a proxy, too. */
    static void redirect(HttpServletResponse response, String location) {
        response.setHeader("Cache-Control", "no-store");
        response.setStatus(HttpServletResponse.SC_FOUND);
        response.setHeader("Location", location);
    }

    /** Whether a header {@code If-None-Match} names a tag. */
    static boolean names(@Nullable String header, String tag) {
        return header != null
                && Arrays.stream(header.split(","))
                        .map(String::strip)
                        .anyMatch(one -> one.equals("*") || one.equals(tag) || one.equals("W/" + tag));
    }
}
