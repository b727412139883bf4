package io.holdfast.core.dispatch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.dispatch.fixture.MemoryCatalog;
import io.holdfast.core.security.SecretStore;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SealedValuesTest {

    private final MemoryCatalog catalog = new MemoryCatalog();
    private final SealedValues values = new SealedValues(catalog, new Seals());

    /** Not secret at all, but bound to its context. */
    private static final class Seals implements SecretStore {

        @Override
        public String seal(String secret, String context) {
            return seal(secret.getBytes(StandardCharsets.UTF_8), context);
        }

        @Override
        public String seal(byte[] secret, String context) {
            return context + "|" + Base64.getEncoder().encodeToString(secret);
        }

        @Override
        public String unseal(String sealed, String context) throws PluginException {
            return new String(unsealBytes(sealed, context), StandardCharsets.UTF_8);
        }

        @Override
        public byte[] unsealBytes(String sealed, String context) throws PluginException {
            if (!sealed.startsWith(context + "|")) {
                throw new PluginException(ErrorKind.CORRUPT_DATA, "sealed for something else");
            }
            return Base64.getDecoder().decode(sealed.substring(context.length() + 1));
        }

        @Override
        public boolean isSealed(String value) {
            return value.contains("|");
        }
    }

    @Test
    void valuesComeBackAsTheyWereHoweverLong() throws Exception {
        Map<String, List<String>> kept =
                Map.of("selection", List.of("x".repeat(70_000), "", "ü\n日本"), "none", List.of(), "one", List.of("1"));
        values.keep("task-1", kept);
        assertThat(values.read("task-1")).isEqualTo(kept);
        assertThat(values.read("task-2")).isEmpty();
    }

    @Test
    void nothingIsLeftWhenTheyAreRemoved() throws Exception {
        values.keep("task-1", Map.of("a", List.of("x".repeat(70_000))));
        values.remove("task-1");
        assertThat(values.read("task-1")).isEmpty();
        for (int i = 0; i < 10; i++) {
            assertThat(catalog.property("dispatch.sealed.task-1." + i)).isEmpty();
        }
    }

    @Test
    void shorterValuesReplaceLongerOnes() throws Exception {
        values.keep("task-1", Map.of("a", List.of("x".repeat(70_000))));
        values.keep("task-1", Map.of("a", List.of("y")));
        assertThat(values.read("task-1")).containsEntry("a", List.of("y"));
    }
}
