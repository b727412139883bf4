package io.holdfast.access.model;

import org.jspecify.annotations.Nullable;

/**
 * Why a request failed, in the manner of RFC 9457.
 *
 * @param type names the kind of problem; {@code urn:holdfast:problem:} and the kind in lower case
 * @param title the kind of problem in a few words
 * @param status the HTTP status
 * @param detail what was attempted, on what, what to do next
 * @param kind name of the error kind, for programs
 * @param instance names this very failure; the server's log tells more under that name
 */
public record ProblemDto(
        String type,
        String title,
        int status,
        String detail,
        String kind,
        @Nullable String instance) {}
