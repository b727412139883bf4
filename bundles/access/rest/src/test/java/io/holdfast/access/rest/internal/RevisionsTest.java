package io.holdfast.access.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RevisionsTest {

    private RunningApplication running;

    @BeforeEach
    void start() throws Exception {
        running = new RunningApplication();
    }

    @AfterEach
    void stop() throws Exception {
        running.close();
    }

    private HttpResponse<String> rename(String to, String tag) throws Exception {
        String body = "{\"type\":\"filesystem\",\"name\":\"" + to + "\",\"settings\":{\"url\":\"x\"}}";
        return running.send(running.request("providers/p1")
                .header("Content-Type", "application/json")
                .header("If-Match", tag)
                .PUT(BodyPublishers.ofString(body)));
    }

    @Test
    void ofTwoWhoEditTheSameThingTheSecondIsTold() throws Exception {
        String tag = running.get("providers/p1").headers().firstValue("ETag").orElseThrow();
        assertThat(rename("first", tag).statusCode()).isEqualTo(200);
        HttpResponse<String> second = rename("second", tag);
        assertThat(second.statusCode()).isEqualTo(412);
        assertThat(running.core.estate.provider("p1").orElseThrow().name()).isEqualTo("first");
        assertThat(rename("second", "*").statusCode()).isEqualTo(200);
    }

    @Test
    void aSecretIsNeverShownAndStaysIfItIsLeftOut() throws Exception {
        assertThat(running.get("providers/p1").body())
                .contains("\"password\":{\"set\":true}")
                .doesNotContain("secret");
        rename("other", "*");
        assertThat(running.get("providers/p1").body()).contains("\"password\":{\"set\":true}");
    }
}
