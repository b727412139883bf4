package io.holdfast.access.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.core.dispatch.SnapshotOrder;
import io.holdfast.core.dispatch.WorkflowRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SnapshotsResourceTest {

    private static final String AT = "instances/i1/snapshots";

    private RunningApplication running;

    @BeforeEach
    void start() throws Exception {
        running = new RunningApplication();
    }

    @AfterEach
    void stop() throws Exception {
        running.close();
    }

    @Test
    void theListTellsWhoseTheyAre() throws Exception {
        JsonNode list = new ObjectMapper().readTree(running.get(AT).body()).path("items");
        assertThat(list).hasSize(2);
        assertThat(list.get(0).path("ours").asBoolean()).isTrue();
        assertThat(list.get(0).path("consistency").asText()).isEqualTo("MEMORY");
        assertThat(list.get(0).has("sizeBytes")).isFalse();
        assertThat(list.get(1).path("ours").asBoolean()).isFalse();
        assertThat(running.core.workflows.requests).isEmpty();
    }

    @Test
    void nothingGoesBackWithoutBeingConfirmed() throws Exception {
        for (String confirm : List.of("", ",\"confirm\":false", ",\"confirm\":null")) {
            HttpResponse<String> answer =
                    running.send("POST", AT + "/revert", "{\"snapshotId\":\"hf-1\"" + confirm + "}");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        }
        assertThat(running.core.workflows.requests).isEmpty();

        HttpResponse<String> answer =
                running.send("POST", AT + "/revert", "{\"snapshotId\":\"hf-1\",\"confirm\":true}");
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(running.core.workflows.requests)
                .containsExactly(new WorkflowRequest.Snapshot("i1", new SnapshotOrder.Revert("hf-1")));
    }

    @Test
    void nothingIsDeletedWithoutBeingNamed() throws Exception {
        assertThat(running.send("DELETE", AT, null).statusCode()).isEqualTo(400);
        assertThat(running.send("DELETE", AT + "?snapshot=", null).statusCode()).isEqualTo(400);
        assertThat(running.core.workflows.requests).isEmpty();
        assertThat(running.send("DELETE", AT + "?snapshot=a%2Fb%20c", null).statusCode())
                .isEqualTo(202);
        assertThat(running.core.workflows.requests)
                .containsExactly(new WorkflowRequest.Snapshot("i1", new SnapshotOrder.Delete("a/b c")));
    }

    @Test
    void aRuleThatLimitsNothingIsRefused() throws Exception {
        assertThat(running.send("POST", AT + "/retain", "{\"rule\":{}}").statusCode())
                .isEqualTo(422);
        assertThat(running.send("POST", AT + "/retain", "{\"rule\":{\"versions\":0}}")
                        .statusCode())
                .isEqualTo(422);
    }

    @Test
    void anInstanceThatIsNotThereHasNone() throws Exception {
        assertThat(running.get("instances/none/snapshots").statusCode()).isEqualTo(404);
        assertThat(running.send("POST", "instances/none/snapshots", "{}").statusCode())
                .isEqualTo(404);
    }
}
