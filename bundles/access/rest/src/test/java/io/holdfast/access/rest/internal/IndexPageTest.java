package io.holdfast.access.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class IndexPageTest {

    @Test
    void thePageAtTheRootSaysHowTheApplianceIsAndHowToGetOn() throws Exception {
        try (RunningApplication running = new RunningApplication()) {
            HttpResponse<String> answer = running.send(HttpRequest.newBuilder(running.root()));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
                    .contains("default-src 'none'");
            assertThat(answer.body())
                    .contains("1.2.3", "catalogue", "curl", "ssh -p 8101")
                    .doesNotContain("{{");
            HttpResponse<String> nowhere =
                    running.send(HttpRequest.newBuilder(running.root().resolve("nowhere")));
            assertThat(nowhere.statusCode()).isEqualTo(404);
            assertThat(nowhere.body()).contains("nothing at this address");
        }
    }
}
