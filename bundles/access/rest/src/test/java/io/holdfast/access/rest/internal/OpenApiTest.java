package io.holdfast.access.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.access.model.fakes.FakeCore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The document that is served is generated from the resources and their Javadoc, and kept with the sources. */
class OpenApiTest {

    private static final Path SERVED = Path.of("src/main/resources/io/holdfast/access/rest/internal/openapi.json");

    private static JsonNode generated() throws Exception {
        try (RestApplicationHolder holder = new RestApplicationHolder()) {
            SourceDocs docs = new SourceDocs(Path.of("src/main/java"), Path.of("../model/src/main/java"));
            return new OpenApiDocument(holder.application, docs).root();
        }
    }

    private static final class RestApplicationHolder implements AutoCloseable {
        final RestApplication application = new RestApplication(new FakeCore(), RestApplication.Settings.standard());

        @Override
        public void close() {
            application.close();
        }
    }

    @Test
    void theServedDocumentDescribesTheResourcesAsTheyAre() throws Exception {
        String text = new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(generated()) + "\n";
        if (Boolean.getBoolean("openapi.write")) {
            Files.writeString(SERVED, text);
        }
        assertThat(Files.readString(SERVED))
                .as(
                        "out of date; look at the difference after: ./mvnw test -pl bundles/access/rest -am -Dopenapi.write=true")
                .isEqualTo(text);
    }

    @Test
    void everythingIsDescribed() throws Exception {
        List<String> silent = new java.util.ArrayList<>();
        look(generated(), "", silent);
        assertThat(silent).isEmpty();
    }

    private static void look(JsonNode node, String at, List<String> silent) {
        if (node.path("description").isTextual()
                && node.path("description").asText().isBlank()) {
            silent.add(at);
        }
        node.properties().forEach(e -> look(e.getValue(), at + "/" + e.getKey(), silent));
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            look(node.get(i), at + "/" + i, silent);
        }
    }

    @Test
    void operationsHaveNamesOfTheirOwn() throws Exception {
        List<String> ids = generated().findValuesAsText("operationId");
        assertThat(new TreeSet<>(ids)).hasSameSizeAs(ids).hasSizeGreaterThan(40);
    }
}
