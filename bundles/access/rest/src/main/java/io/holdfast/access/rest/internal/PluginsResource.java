package io.holdfast.access.rest.internal;

import io.holdfast.access.model.CoreServices;
import io.holdfast.access.model.PluginsDto;
import io.holdfast.core.security.Permission;
import io.holdfast.spi.PluginException;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;

/** What can be connected to. */
@Path("plugins")
@Produces(MediaType.APPLICATION_JSON)
public final class PluginsResource {

    private final CoreServices core;

    PluginsResource(CoreServices core) {
        this.core = core;
    }

    /** The kinds of providers and destinations that are installed, and the settings that they take. */
    @GET
    @Needs(Permission.INVENTORY_READ)
    public PluginsDto list() throws PluginException {
        return PluginsDto.of(core.plugins());
    }
}
