package io.holdfast.access.model;

import io.holdfast.core.catalog.Approval;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that one administrator has asked for and another one has to agree to.
 *
 * @param id made by the appliance
 * @param action what kind of thing, such as {@code backup.delete}
 * @param subject what it concerns
 * @param description what would be done
 * @param requestedBy who asked
 * @param created when
 * @param expires until when it can be approved and made use of
 * @param state where it is
 * @param decidedBy who approved or rejected it; absent while nobody has
 * @param decided when; absent while nobody has
 * @param message why, in the words of whoever decided
 */
public record ApprovalDto(
        String id,
        String action,
        String subject,
        String description,
        String requestedBy,
        Instant created,
        Instant expires,
        Approval.State state,
        @Nullable String decidedBy,
        @Nullable Instant decided,
        String message) {

    /** As the catalogue has it. */
    public static ApprovalDto of(Approval a) {
        return new ApprovalDto(
                a.id(),
                a.action(),
                a.subject(),
                a.description(),
                a.requestedBy(),
                a.created(),
                a.expires(),
                a.state(),
                Texts.orNull(a.decidedBy()),
                a.decided(),
                a.message());
    }
}
