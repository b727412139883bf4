package io.holdfast.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.keys.KeyService;
import io.holdfast.spi.keys.KeyServiceContext;
import io.holdfast.spi.keys.KeyServiceType;
import io.holdfast.spi.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every key service must pass. A plugin extends this class and says how two different keys are reached. */
public abstract class KeyServiceContract {

    private static final String CONTEXT = "contract/key";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path state;

    /** The plugin. */
    protected abstract KeyServiceType type();

    /** Settings that lead to a key. */
    protected abstract Map<String, List<String>> settings();

    /** Settings that lead to another key. */
    protected abstract Map<String, List<String>> settingsOfAnotherKey();

    private record Context(Clock clock, Path stateDirectory) implements KeyServiceContext {}

    private KeyService open(Map<String, List<String>> settings) throws PluginException {
        return type().open(Settings.of(type().schema(), settings), new Context(Clock.systemUTC(), state));
    }

    private byte[] wrapped(byte[] key) throws PluginException {
        try (KeyService service = open(settings())) {
            return service.wrap(key, CONTEXT);
        }
    }

    private static byte[] key(int length) {
        byte[] key = new byte[length];
        for (int i = 0; i < length; i++) {
            key[i] = (byte) (i * 7 + 1);
        }
        return key;
    }

    private void refused(Map<String, List<String>> settings, byte[] wrapped, String context) throws PluginException {
        try (KeyService service = open(settings)) {
            Expect.failure(ErrorKind.CORRUPT_DATA, () -> service.unwrap(wrapped, context));
        }
    }

    @Test
    protected void the_type_is_well_described() {
        Expect.wellDescribed(type().id(), type().displayName(), type().schema());
        assertThat(type().id()).isNotEqualTo("file");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16, 32, KeyService.MAX_KEY})
    protected void a_key_comes_back_after_the_service_was_opened_again(int length) throws Exception {
        byte[] wrapped = wrapped(key(length));
        try (KeyService service = open(settings())) {
            assertThat(service.unwrap(wrapped, CONTEXT)).isEqualTo(key(length));
        }
    }

    @Test
    protected void a_wrapped_key_is_small_hidden_and_never_looks_the_same_twice() throws Exception {
        byte[] wrapped = wrapped(key(32));
        assertThat(wrapped).hasSizeLessThanOrEqualTo(KeyService.MAX_WRAPPED).isNotEqualTo(wrapped(key(32)));
        assertThat(new String(wrapped, StandardCharsets.ISO_8859_1))
                .doesNotContain(new String(key(32), StandardCharsets.ISO_8859_1));
    }

    @Test
    protected void another_context_is_refused() throws Exception {
        refused(settings(), wrapped(key(32)), CONTEXT + "s");
    }

    @Test
    protected void another_key_is_refused() throws Exception {
        refused(settingsOfAnotherKey(), wrapped(key(32)), CONTEXT);
    }

    @Test
    protected void a_changed_or_shortened_wrapped_key_is_refused() throws Exception {
        byte[] wrapped = wrapped(key(32));
        for (int at : new int[] {0, wrapped.length / 2, wrapped.length - 1}) {
            byte[] changed = wrapped.clone();
            changed[at] ^= 1;
            refused(settings(), changed, CONTEXT);
            refused(settings(), Arrays.copyOf(wrapped, at), CONTEXT);
        }
    }

    @Test
    protected void the_test_succeeds_and_the_description_says_something() throws Exception {
        try (KeyService service = open(settings())) {
            service.test();
            assertThat(service.describe()).isNotBlank().hasSizeLessThanOrEqualTo(200);
        }
    }

    @Test
    protected void closing_twice_is_harmless() throws Exception {
        KeyService service = open(settings());
        service.close();
        service.close();
    }
}
