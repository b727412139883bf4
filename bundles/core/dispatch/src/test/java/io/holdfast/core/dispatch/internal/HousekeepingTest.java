package io.holdfast.core.dispatch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.catalog.ApiToken;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.catalog.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is old goes by itself. */
class HousekeepingTest {

    private final Bench bench = new Bench();

    @AfterEach
    void stop() {
        bench.close();
    }

    @Test
    void expiredTokensAreShownForThirtyDaysAndThenRemoved() {
        Instant now = bench.clock.instant();
        addToken("short", now.plusSeconds(60));
        addToken("long", now.plus(Duration.ofDays(300)));
        addToken("ever", null);

        bench.pass(Duration.ofDays(30));
        bench.dispatcher.look();
        assertThat(tokens()).containsExactly("ever", "long", "short");

        bench.pass(Duration.ofHours(2));
        bench.dispatcher.look();
        assertThat(tokens()).containsExactly("ever", "long");
    }

    @Test
    void workflowsAreRememberedAsLongAsIsConfigured() throws Exception {
        Workflow workflow = bench.backUp("i1");
        bench.dispatcher.workflows().cancel(workflow.id());

        bench.pass(bench.settings.keepWorkflows());
        bench.dispatcher.look();
        assertThat(bench.catalog.workflows().find(workflow.id())).isPresent();

        bench.pass(Duration.ofHours(2));
        bench.dispatcher.look();
        assertThat(bench.catalog.workflows().find(workflow.id())).isEmpty();
    }

    private void addToken(String id, Instant expires) {
        bench.catalog.tokens().add(new ApiToken(id, "eve", "", "hash", bench.clock.instant(), expires));
    }

    private List<String> tokens() {
        return bench.catalog.tokens().list(PageRequest.first(10)).items().stream()
                .map(ApiToken::id)
                .toList();
    }
}
