package io.holdfast.access.rest.internal;

import io.holdfast.core.security.Permission;
import io.holdfast.spi.PluginException;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.SecurityContext;
import javax.ws.rs.sse.Sse;
import javax.ws.rs.sse.SseEventSink;
import org.jspecify.annotations.Nullable;

/** News as they happen. */
@Path("events")
@Produces(MediaType.SERVER_SENT_EVENTS)
public final class EventsResource {

    private final EventStreams streams;

    EventsResource(EventStreams streams) {
        this.streams = streams;
    }

    /**
     * News about workflows and tasks as server-sent events: {@code workflow} and {@code task} carry what GET gives,
     * {@code log} says that a task's log has new lines, {@code missed} that news were lost and everything should be read
     * again. Comments keep the connection alive.
     *
     * @param workflow only about the workflow with this id; its present state comes first
     */
    @GET
    @Needs(Permission.STATUS_READ)
    @Answer(status = 200, type = String.class)
    public void listen(
            @QueryParam("workflow") @Nullable String workflow,
            @HeaderParam(HttpHeaders.LAST_EVENT_ID_HEADER) @Nullable String lastEventId,
            @Context SecurityContext security,
            @Context SseEventSink sink,
            @Context Sse sse)
            throws PluginException {
        streams.open(new EventStreams.Listener(Caller.of(security), workflow, lastEventId != null, sink, sse));
    }
}
