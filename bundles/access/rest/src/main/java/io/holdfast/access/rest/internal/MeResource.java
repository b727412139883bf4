package io.holdfast.access.rest.internal;

import io.holdfast.access.model.MeDto;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.SecurityContext;

/** Who is asking. */
@Path("me")
@Produces(MediaType.APPLICATION_JSON)
public final class MeResource {

    MeResource() {}

    /** The caller, with roles and permissions. */
    @GET
    @Needs({})
    public MeDto get(@Context SecurityContext security) {
        return MeDto.of(Caller.of(security));
    }
}
