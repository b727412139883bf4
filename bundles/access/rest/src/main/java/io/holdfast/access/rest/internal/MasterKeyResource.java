package io.holdfast.access.rest.internal;

import io.holdfast.access.model.CoreServices;
import io.holdfast.access.model.MasterKeyDto;
import io.holdfast.core.security.MasterKeys;
import io.holdfast.core.security.Permission;
import io.holdfast.spi.PluginException;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.SecurityContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the key is kept under which secrets are sealed. The key itself is never shown. */
@Path("master-key")
@Produces(MediaType.APPLICATION_JSON)
public final class MasterKeyResource {

    private final Logger log = LoggerFactory.getLogger(MasterKeyResource.class);
    private final CoreServices core;

    MasterKeyResource(CoreServices core) {
        this.core = core;
    }

    /** The ways of keeping it, which one is in use, and whether the key is at hand. */
    @GET
    @Needs(Permission.SYSTEM_WRITE)
    public MasterKeyDto get() throws PluginException {
        return MasterKeyDto.of(core.masterKeys().status());
    }

    /** Proves that a way works now, and that what it keeps is the right key. */
    @POST
    @Path("ways/{way}/test")
    @Needs(Permission.SYSTEM_WRITE)
    @Answer(status = 204)
    public Response test(@PathParam("way") String way) throws PluginException {
        core.masterKeys().test(way);
        return Answers.done();
    }

    /** Lets a way keep the key from now on. What the way before needs stays until it is removed. */
    @POST
    @Path("ways/{way}/move")
    @Needs(Permission.SYSTEM_WRITE)
    public MasterKeyDto move(@PathParam("way") String way, @Context SecurityContext security) throws PluginException {
        MasterKeys keys = core.masterKeys();
        keys.move(way);
        log.info("The master key was moved by {}", Caller.of(security).name());
        return MasterKeyDto.of(keys.status());
    }

    /** Removes what a way needs that is not in use, after the way in use has proved that it gives the key. */
    @DELETE
    @Path("ways/{way}")
    @Needs(Permission.SYSTEM_WRITE)
    @Answer(status = 204)
    public Response forget(@PathParam("way") String way, @Context SecurityContext security) throws PluginException {
        core.masterKeys().forget(way);
        log.info(
                "A way of keeping the master key was removed by {}",
                Caller.of(security).name());
        return Answers.done();
    }
}
