package io.holdfast.core.catalog;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that one person asked for and another one has to agree to.
 *
 * @param id unique, made by the core; ids order by time
 * @param action what kind of thing, such as {@code backup.delete}
 * @param subject what it concerns, 1 to 255 characters
 * @param description what would be done, for people
 * @param request a digest of exactly what was asked for: the agreement is to that and nothing else
 * @param requestedBy who asked
 * @param created when
 * @param expires until when it can be agreed to, and, after that, made use of
 * @param state where it is
 * @param decidedBy who agreed or refused; empty while nobody has
 * @param decided when; null while nobody has
 * @param message why, in the words of whoever decided; may be empty
 */
public record Approval(
        String id,
        String action,
        String subject,
        String description,
        String request,
        String requestedBy,
        Instant created,
        Instant expires,
        State state,
        String decidedBy,
        @Nullable Instant decided,
        String message) {

    /** Where an approval is. */
    public enum State {
        /** Nobody has decided. */
        PENDING,
        /** Somebody has agreed; whoever asked may do it once. */
        APPROVED,
        /** Somebody has refused. */
        REJECTED,
        /** It was done. */
        USED,
        /** It came to nothing in time. */
        EXPIRED
    }
}
