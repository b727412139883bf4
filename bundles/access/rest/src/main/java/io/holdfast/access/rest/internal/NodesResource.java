package io.holdfast.access.rest.internal;

import io.holdfast.access.model.CoreServices;
import io.holdfast.access.model.NodeDto;
import io.holdfast.access.model.PageDto;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.security.Permission;
import io.holdfast.spi.PluginException;
import javax.ws.rs.BeanParam;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;

/** Who moves the data. */
@Path("nodes")
@Produces(MediaType.APPLICATION_JSON)
public final class NodesResource {

    private final CoreServices core;
    private final Problems problems;

    NodesResource(CoreServices core, Problems problems) {
        this.core = core;
        this.problems = problems;
    }

    /** Nodes, by name. */
    @GET
    @Needs(Permission.STATUS_READ)
    public PageDto<NodeDto> list(@BeanParam PageQuery page) throws PluginException {
        PageRequest asked = page.request(problems);
        return PageDto.of(core.catalog().nodes().list(asked), asked, NodeDto::of);
    }
}
