package io.holdfast.access.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContentsTest {

    private RunningApplication running;

    @BeforeAll
    void start() throws Exception {
        running = new RunningApplication();
    }

    @AfterAll
    void stop() throws Exception {
        running.close();
    }

    private HttpResponse<String> part(String range) throws Exception {
        return running.send(running.request("backups/b1/content?source=files&path=hello.txt")
                .header("Range", range));
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-4,Hello,bytes 0-4/13",
        "bytes=7-,world!,bytes 7-12/13",
        "bytes=-6,world!,bytes 7-12/13",
        "bytes=-100,'Hello, world!',bytes 0-12/13",
        "bytes=12-99,!,bytes 12-12/13",
    })
    void aPartIsGiven(String range, String content, String where) throws Exception {
        HttpResponse<String> answer = part(range);
        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(answer.body()).isEqualTo(content);
        assertThat(answer.headers().firstValue("Content-Range")).contains(where);
        assertThat(answer.headers().firstValueAsLong("Content-Length")).hasValue(content.length());
    }

    @ParameterizedTest
    @CsvSource({"bytes=13-", "bytes=99-100", "bytes=-0"})
    void aPartThatIsNotThereIs416(String range) throws Exception {
        HttpResponse<String> answer = part(range);
        assertThat(answer.statusCode()).isEqualTo(416);
        assertThat(answer.headers().firstValue("Content-Range")).contains("bytes */13");
    }

    @ParameterizedTest
    @CsvSource({"'bytes=0-1,4-5'", "lines=1-2", "bytes=5-2", "bytes=-", "bytes=999999999999999999999-"})
    void whatWeDoNotGiveInPartsIsGivenWhole(String range) throws Exception {
        HttpResponse<String> answer = part(range);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("Hello, world!");
    }

    @Test
    void aDownloadThatWasCutGoesOnOnlyIfItIsTheSame() throws Exception {
        HttpResponse<String> whole = running.get("backups/b1/content?path=hello.txt");
        String tag = whole.headers().firstValue("ETag").orElseThrow();
        String path = "backups/b1/content?path=hello.txt";
        assertThat(running.send(running.request(path)
                                .header("Range", "bytes=7-")
                                .header("If-Range", tag))
                        .statusCode())
                .isEqualTo(206);
        assertThat(running.send(running.request(path)
                                .header("Range", "bytes=7-")
                                .header("If-Range", "\"x\""))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void headTellsTheSizeWithoutTheContent() throws Exception {
        HttpResponse<String> answer = running.send(
                running.request("backups/b1/content?path=hello.txt").method("HEAD", BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void theNameOfTheFileCannotBreakOutOfTheHeader() throws Exception {
        JsonNode items = new ObjectMapper()
                .readTree(running.get("backups/b1/files").body())
                .path("items");
        String path = items.get(1).path("path").asText();
        assertThat(path).isEqualTo("odd%FF%0A\"");
        HttpResponse<byte[]> answer = running.send(
                running.request("backups/b1/content?path=" + URLEncoder.encode(path, StandardCharsets.UTF_8)),
                BodyHandlers.ofByteArray());
        assertThat(answer.body()).containsExactly(1, 2, 3);
        assertThat(answer.headers().firstValue("Content-Disposition").orElseThrow())
                .startsWith("attachment; filename=\"odd___\"; filename*=UTF-8''odd");
        assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("sandbox");
    }

    @Test
    void namesForPeopleHaveNoControlCharacters() throws Exception {
        String body = running.get("backups/b1/files").body();
        assertThat(body).contains("\"name\":\"odd\uFFFD?\\\"\"").contains("\"mode\":\"0640\"");
        assertThat(body.chars().filter(Character::isISOControl).boxed().toList())
                .isEmpty();
    }

    @Test
    void aLongDirectoryIsReadInPages() throws Exception {
        JsonNode first = new ObjectMapper()
                .readTree(running.get("backups/b1/files?limit=1").body());
        String next = first.path("next").asText();
        assertThat(next).isEqualTo("hello.txt");
        JsonNode second = new ObjectMapper()
                .readTree(running.get("backups/b1/files?limit=2&after=" + next).body());
        assertThat(second.path("items")).hasSize(1);
        assertThat(second.has("next")).isFalse();
    }

    @Test
    void dispositionIsSafeForAnyName() {
        for (String name : Set.of("a/b\";rm -rf", "..", ".bashrc", "a\r\nSet-Cookie: x", "\u202Etxt.exe", "日本")) {
            assertThat(Downloads.disposition(name)).matches("[ -~]*").doesNotContain("\r", "\n", "filename=\".");
        }
    }
}
