package io.holdfast.access.rest.internal;

import io.holdfast.access.model.WorkflowDto;
import io.holdfast.core.catalog.Workflow;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.Response;

/** Successes other than 200. */
final class Answers {

    private Answers() {}

    /** 202: work was written down; the address tells how it goes. */
    static Response accepted(Workflow workflow) {
        return accepted(workflow.id(), WorkflowDto.of(workflow));
    }

    private static Response accepted(String workflowId, Object body) {
        return begun("workflows/" + workflowId, body);
    }

    /** 202: something was begun, and is found at that path below the base. */
    static Response begun(String path, Object body) {
        return Response.status(202)
                .header(HttpHeaders.LOCATION, RestApplication.BASE + "/" + path)
                .entity(body)
                .build();
    }

    /** 201: something was made, and is found at that path below the base. */
    static Response created(String path, Object body) {
        return Response.status(201)
                .header(HttpHeaders.LOCATION, RestApplication.BASE + "/" + path)
                .entity(body)
                .build();
    }

    /** 204: done. */
    static Response done() {
        return Response.noContent().build();
    }
}
