package io.holdfast.access.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.dispatch.WorkflowRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists of workflows hold what was asked for. */
class WorkflowsResourceTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private RunningApplication running;

    @BeforeEach
    void start() throws Exception {
        running = new RunningApplication();
        // a backup of i1 to d1, queued
        running.core.workflows.submit(new WorkflowRequest.BackUp("i1", "d1", false), Submission.by("admin"));
    }

    @AfterEach
    void stop() throws Exception {
        running.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "type=BACKUP 1",
                "type=VERIFY 0",
                "type=VERIFY,BACKUP 1",
                "type=VERIFY&type=BACKUP 1",
                "destination=d1 1",
                "destination=d2 0",
                "type=BACKUP&destination=d1&instance=i1&state=QUEUED 1",
                "type=BACKUP&destination=d1&instance=i1&state=FINISHED 0",
                "type=BACKUP&destination=d1&instance=i2 0"
            })
    void theyAreFilteredByTypeAndDestination(String query, int found) throws Exception {
        HttpResponse<String> answer = running.get("workflows?" + query);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode page = MAPPER.readTree(answer.body());
        assertThat(page.path("total").asInt()).isEqualTo(found);
        assertThat(page.path("items")).hasSize(found);
    }

    @Test
    void aTypeThatIsNoneIsRefusedWithThoseThatThereAre() throws Exception {
        HttpResponse<String> answer = running.get("workflows?type=NAP");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(MAPPER.readTree(answer.body()).path("detail").asText()).contains("'type'", "VERIFY", "'NAP'");
    }
}
