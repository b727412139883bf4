package io.holdfast.access.rest.internal;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;

/** The description of this interface for programs. */
@Path("openapi.json")
@Produces(MediaType.APPLICATION_JSON)
public final class OpenApiResource {

    OpenApiResource() {}

    /** This document. Needs no login. */
    @GET
    @WithoutLogin
    @Answer(status = 200, type = Object.class)
    public byte[] get() throws IOException {
        try (InputStream in = OpenApiResource.class.getResourceAsStream("openapi.json")) {
            return Objects.requireNonNull(in, "openapi.json").readAllBytes();
        }
    }
}
