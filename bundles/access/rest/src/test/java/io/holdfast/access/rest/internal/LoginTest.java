package io.holdfast.access.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LoginTest {

    private RunningApplication running;

    @BeforeAll
    void start() throws Exception {
        running = new RunningApplication();
    }

    @AfterAll
    void stop() throws Exception {
        running.close();
    }

    private HttpResponse<String> with(String authorization) throws Exception {
        return running.send(running.anonymous("me").header("Authorization", authorization));
    }

    @Test
    void aPasswordOrATokenLetsIn() throws Exception {
        assertThat(with(RunningApplication.basic("viewer", "viewer-password")).body())
                .contains("\"name\":\"viewer\"");
        assertThat(with("Bearer operator-token").body()).contains("\"roles\":[\"operator\"]");
        assertThat(with("bearer   operator-token").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer wrong",
                "Bearer",
                "Bearer ",
                "Basic",
                "Basic !!!",
                "Basic YWRtaW4=",
                "Basic OmFkbWluLXBhc3N3b3Jk",
                "Digest username=admin",
                "admin:admin-password"
            })
    void anythingElseIs401AndSaysHow(String authorization) throws Exception {
        HttpResponse<String> answer = with(authorization);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().allValues("WWW-Authenticate").toString()).contains("Basic realm", "Bearer realm");
        assertThat(answer.headers().firstValue("Content-Type")).contains(Problems.MEDIA_TYPE);
        assertThat(answer.body()).contains("\"kind\":\"AUTHENTICATION\"");
    }

    @Test
    void wrongPasswordsAndDeactivatedUsersAre401() throws Exception {
        assertThat(with(RunningApplication.basic("admin", "wrong")).statusCode())
                .isEqualTo(401);
        assertThat(with(RunningApplication.basic("gone", "gone-password")).statusCode())
                .isEqualTo(401);
        assertThat(with("Bearer gone-token").statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"me", "providers", "nowhere", "health/x", "health;x=1", "openapi.json/../me", "events", ""})
    void withoutALoginNothingIsToldNotEvenWhatThereIs(String path) throws Exception {
        assertThat(running.send(running.anonymous(path)).statusCode()).isEqualTo(401);
    }

    @Test
    void guessingIs429AndSaysWhenToTryAgain() throws Exception {
        running.core.accounts.locked = true;
        try {
            HttpResponse<String> answer = with(RunningApplication.basic("admin", "admin-password"));
            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(answer.headers().firstValue("Retry-After")).contains("30");
        } finally {
            running.core.accounts.locked = false;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "viewer,POST,providers",
        "viewer,POST,instances/i1/backups",
        "viewer,POST,backups/b1/restore",
        "viewer,GET,backups/b1/files",
        "viewer,GET,backups/b1/content",
        "viewer,POST,workflows/w1/cancel",
        "viewer,GET,users",
        "operator,DELETE,backups/b1",
        "operator,DELETE,providers/p1",
        "operator,POST,destinations/d1/prune",
        "operator,GET,destinations/d1/recovery-key",
        "operator,PUT,users/admin/password",
    })
    void rolesThatAreNotEnoughAre403(String user, String method, String path) throws Exception {
        String body = path.endsWith("password") ? "{\"password\":\"a long password\"}" : "{}";
        HttpRequest.Builder request = running.as(user, path)
                .header("Content-Type", "application/json")
                .method(method, method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        HttpResponse<String> answer = running.send(request);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
        assertThat(answer.body()).contains("\"kind\":\"PERMISSION\"");
    }

    @Test
    void aTokenCannotMakeTokens() throws Exception {
        HttpRequest.Builder request = running.anonymous("tokens")
                .header("Authorization", "Bearer admin-token")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"description\":\"x\"}"));
        assertThat(running.send(request).statusCode()).isEqualTo(403);
    }

    @Test
    void everybodySeesTheirOwnTokensOnly() throws Exception {
        running.core.accounts.createToken("admin", "of admin", null);
        running.core.accounts.createToken("viewer", "of viewer", null);
        assertThat(running.send(running.as("viewer", "tokens")).body())
                .contains("of viewer")
                .doesNotContain("of admin");
        assertThat(running.get("tokens").body()).contains("of viewer", "of admin");
        HttpRequest.Builder revoke = running.as("viewer", "tokens/t1").DELETE();
        assertThat(running.send(revoke).statusCode()).isEqualTo(404);
    }

    @Test
    void onesOwnPasswordIsChangedWithThePresentOne() throws Exception {
        HttpRequest.Builder wrong = running.as("viewer", "users/viewer/password")
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("{\"password\":\"a long password\",\"current\":\"wrong\"}"));
        assertThat(running.send(wrong).statusCode()).isEqualTo(422);
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-Fetch-Site,cross-site",
        "Sec-Fetch-Site,same-site",
        "Origin,https://evil.example",
        "Origin,null",
        "Origin,http://127.0.0.1:1",
    })
    void changesFromPagesOfOtherSitesAreRefused(String header, String value) throws Exception {
        HttpRequest.Builder request =
                running.request("destinations/d1/rebuild").header(header, value).POST(BodyPublishers.noBody());
        assertThat(running.send(request).statusCode()).isEqualTo(403);
        assertThat(running.core.workflows.requests).isEmpty();
    }

    @Test
    void pagesOfOurOwnMayChangeThings() throws Exception {
        HttpRequest.Builder request = running.request("workflows/none/cancel")
                .header("Sec-Fetch-Site", "same-origin")
                .header("Origin", "http://127.0.0.1:" + running.port())
                .POST(BodyPublishers.noBody());
        assertThat(running.send(request).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"health", "me", "nowhere", "providers?limit=x"})
    void everyAnswerTellsBrowsersToBeCareful(String path) throws Exception {
        HttpResponse<String> answer = running.get(path);
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(answer.headers().firstValue("Strict-Transport-Security")).isPresent();
        assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("frame-ancestors 'none'");
        assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
    }
}
