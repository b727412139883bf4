package io.holdfast.access.rest.internal;

import io.holdfast.access.model.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.ws.rs.core.EntityTag;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/**
 * Entity tags of what can be changed, so that two people who edit the same thing notice. Made of what somebody can
 * change: neither health nor capacity, which change by themselves. That a secret was replaced does not show.
 */
final class Revision {

    private static final int BYTES = 16;

    private final Json json;
    private final Problems problems;

    Revision(Json json, Problems problems) {
        this.json = json;
        this.problems = problems;
    }

    /** The tag of these parts. */
    EntityTag of(Object... parts) {
        byte[] hash = sha256(json.text(List.of(parts)));
        return new EntityTag(HexFormat.of().formatHex(hash, 0, BYTES));
    }

    /** A 200 with its tag. */
    Response answer(Object body, EntityTag tag) {
        return Response.ok(body).tag(tag).build();
    }

    /**
     * Passes if the caller did not say what is to be changed, or if it is still that.
     *
     * @param ifMatch the header; several tags are separated by commas
     */
    void require(@Nullable String ifMatch, EntityTag current) {
        if (ifMatch == null) {
            return;
        }
        String tag = "\"" + current.getValue() + "\"";
        boolean same =
                Arrays.stream(ifMatch.split(",")).map(String::trim).anyMatch(t -> t.equals("*") || t.equals(tag));
        if (!same) {
            throw problems.exception(
                    412, "somebody has changed it meanwhile: get it again (" + HttpHeaders.ETAG + " " + tag + ")");
        }
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
