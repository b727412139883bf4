package io.holdfast.access.rest.internal;

import io.holdfast.access.model.HealthDto;
import io.holdfast.access.model.HealthReport;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;

/** Whether the appliance can work. */
@Path("health")
@Produces(MediaType.APPLICATION_JSON)
public final class HealthResource {

    private final HealthReport report;

    HealthResource(HealthReport report) {
        this.report = report;
    }

    /** How the appliance is: 200 if it can work, 503 if it is starting or has failed. Needs no login. */
    @GET
    @WithoutLogin
    @Answer(status = 200, type = HealthDto.class)
    public Response get() {
        HealthDto health = report.take();
        boolean works = health.status() == HealthDto.Status.READY || health.status() == HealthDto.Status.DEGRADED;
        return Response.status(works ? 200 : 503).entity(health).build();
    }
}
