package io.holdfast.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.keys.KeyService;
import io.holdfast.spi.keys.KeyServiceContext;
import io.holdfast.spi.keys.KeyServiceType;
import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.SettingKind;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The suite of key services passes a right one, and notices every defect. */
class KeyServiceContractCatchesDefectsTest {

    /** What can be wrong, and which test is there for it. */
    enum Defect {
        ID("the_type_is_well_described"),
        FORGETS_THE_KEY("a_key_comes_back_after_the_service_was_opened_again"),
        SAME_NONCE("a_wrapped_key_is_small_hidden_and_never_looks_the_same_twice"),
        IN_CLEAR("a_wrapped_key_is_small_hidden_and_never_looks_the_same_twice"),
        IGNORES_CONTEXT("another_context_is_refused"),
        ONE_KEY_FOR_ALL("another_key_is_refused"),
        WRONG_KIND("a_changed_or_shortened_wrapped_key_is_refused"),
        NO_DESCRIPTION("the_test_succeeds_and_the_description_says_something"),
        CLOSES_ONCE("closing_twice_is_harmless");

        final String noticedBy;

        Defect(String noticedBy) {
            this.noticedBy = noticedBy;
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_defect_is_noticed_by_its_test(Defect defect) {
        assertThat(SuiteRun.failuresOf(Subject.class, defect, defect.noticedBy)).contains(defect.noticedBy);
    }

    /** Not found by the build itself: its name does not end in Test. */
    @ExtendWith(SuiteRun.Resolver.class)
    static class Subject extends KeyServiceContract {
        private final KeyServiceType type;

        Subject(Defect defect) {
            this.type = new Type(defect);
        }

        @Override
        protected KeyServiceType type() {
            return type;
        }

        @Override
        protected Map<String, List<String>> settings() {
            return Map.of("key", List.of("one"));
        }

        @Override
        protected Map<String, List<String>> settingsOfAnotherKey() {
            return Map.of("key", List.of("two"));
        }
    }

    private record Type(Defect defect) implements KeyServiceType {
        @Override
        public String id() {
            return defect == Defect.ID ? "file" : "memory";
        }

        @Override
        public String displayName() {
            return "Memory";
        }

        @Override
        public SettingsSchema schema() {
            return SettingsSchema.of(
                    Setting.of("key", SettingKind.STRING, "Key", "which").asRequired());
        }

        @Override
        public KeyService open(Settings settings, KeyServiceContext context) {
            String key = defect == Defect.ONE_KEY_FOR_ALL ? "same" : settings.text("key");
            return new Service(
                    defect, defect == Defect.FORGETS_THE_KEY ? key + System.nanoTime() : key, new boolean[1]);
        }
    }

    private record Service(Defect defect, String name, boolean[] closed) implements KeyService {

        private Cipher cipher(int mode, byte[] nonce, String context) throws GeneralSecurityException {
            byte[] key = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
            cipher.updateAAD((defect == Defect.IGNORES_CONTEXT ? "" : context).getBytes(StandardCharsets.UTF_8));
            return cipher;
        }

        @Override
        public byte[] wrap(byte[] key, String context) {
            byte[] nonce = new byte[12];
            if (defect != Defect.SAME_NONCE) {
                new SecureRandom().nextBytes(nonce);
            }
            try {
                byte[] hidden = defect == Defect.IN_CLEAR
                        ? key
                        : cipher(Cipher.ENCRYPT_MODE, nonce, context).doFinal(key);
                byte[] all = Arrays.copyOf(nonce, 12 + hidden.length);
                System.arraycopy(hidden, 0, all, 12, hidden.length);
                return all;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public byte[] unwrap(byte[] wrapped, String context) throws PluginException {
            try {
                byte[] nonce = Arrays.copyOf(wrapped, 12);
                return cipher(Cipher.DECRYPT_MODE, nonce, context)
                        .doFinal(Arrays.copyOfRange(wrapped, 12, Math.max(12, wrapped.length)));
            } catch (GeneralSecurityException e) {
                ErrorKind kind = defect == Defect.WRONG_KIND ? ErrorKind.INTERNAL : ErrorKind.CORRUPT_DATA;
                throw new PluginException(kind, "unwrapping with the key of " + name, e);
            }
        }

        @Override
        public String describe() {
            return defect == Defect.NO_DESCRIPTION ? "" : "key " + name;
        }

        @Override
        public void close() {
            if (closed[0] && defect == Defect.CLOSES_ONCE) {
                throw new IllegalStateException("closed already");
            }
            closed[0] = true;
        }
    }
}
