package io.holdfast.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.DestinationCapability;
import io.holdfast.spi.destination.DestinationType;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import io.holdfast.spi.settings.Settings;
import io.holdfast.testkit.fake.TestContents;
import io.holdfast.testkit.fake.TestPluginContext;
import io.holdfast.testkit.fake.TestTransfer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What a plugin tells the suite about itself, and the short words in which the suite's tests are written. */
abstract class DestinationSubject {

    @TempDir
    @Nullable
    Path directory;

    private @Nullable TestPluginContext pluginContext;
    private @Nullable Settings settings;
    private @Nullable Destination destination;

    /** The plugin. Called often; may be the same object each time. */
    protected abstract DestinationType type();

    /**
     * The settings of a place that is empty and was never initialized. Called once for each test.
     *
     * @param scratch an empty directory that is deleted after the test
     */
    protected abstract Map<String, List<String>> newPlace(Path scratch) throws Exception;

    /** Capabilities that the plugin does not have, each with a reason in a comment. All are expected but {@code SEQUENTIAL}. */
    protected Set<DestinationCapability> missingCapabilities() {
        return Set.of();
    }

    /** Whether the plugin is to declare {@code SEQUENTIAL}. */
    protected boolean sequential() {
        return false;
    }

    /** The size of a large object. Real services may want less than the 20 MB of the default. */
    protected int largeObjectBytes() {
        return 20_000_001;
    }

    /** How many objects are listed in pages. */
    protected int listedObjects() {
        return 200;
    }

    /** How late a list may be where {@code LIST_AFTER_WRITE} is missing. */
    protected Duration listDelay() {
        return Duration.ofSeconds(30);
    }

    /** For how long an object is locked; a real store keeps it that long. */
    protected Duration lockTime() {
        return Duration.ofSeconds(60);
    }

    @BeforeEach
    void openPlace() throws Exception {
        Path scratch = java.nio.file.Files.createDirectory(directory().resolve("place"));
        Path state = java.nio.file.Files.createDirectory(directory().resolve("state"));
        pluginContext = TestPluginContext.in(state);
        settings = Settings.of(type().schema(), newPlace(scratch));
        type().initialize(settings, pluginContext);
        destination = open();
    }

    @AfterEach
    void closePlace() {
        if (destination != null) {
            destination.close();
        }
    }

    final Set<DestinationCapability> expectedCapabilities() {
        EnumSet<DestinationCapability> expected = EnumSet.allOf(DestinationCapability.class);
        expected.removeAll(missingCapabilities());
        if (!sequential()) {
            expected.remove(DestinationCapability.SEQUENTIAL);
        }
        return expected;
    }

    final Path directory() {
        return Objects.requireNonNull(directory);
    }

    final TestPluginContext pluginContext() {
        return Objects.requireNonNull(pluginContext);
    }

    final Settings settings() {
        return Objects.requireNonNull(settings);
    }

    /** The destination of this test. */
    protected final Destination destination() {
        return Objects.requireNonNull(destination);
    }

    /** Another connection to the same place. The caller closes it. */
    protected final Destination open() throws PluginException {
        return type().open(settings(), pluginContext());
    }

    static ObjectKey key(String value) {
        return ObjectKey.of(value);
    }

    static TestTransfer transfer() {
        return new TestTransfer();
    }

    final byte[] put(String key, int size) throws PluginException {
        byte[] bytes = TestContents.bytes(key.hashCode(), size);
        destination().put(key(key), Content.of(bytes), transfer());
        return bytes;
    }

    final byte[] readAll(String key) throws PluginException, IOException {
        return readRange(key, 0, Long.MAX_VALUE);
    }

    final byte[] readRange(String key, long offset, long length) throws PluginException, IOException {
        try (InputStream in = destination().read(key(key), offset, length, transfer())) {
            return in.readAllBytes();
        }
    }

    final Optional<Long> stat(String key) throws PluginException {
        return destination().stat(key(key), transfer()).map(stat -> {
            assertThat(stat.key()).isEqualTo(key(key));
            return stat.size();
        });
    }

    final List<String> keys() throws PluginException {
        return destination().list("", null, 10_000, transfer()).stream()
                .map(ObjectStat::key)
                .map(ObjectKey::value)
                .toList();
    }

    final void assertNothingUnder(String key) throws PluginException {
        assertThat(stat(key)).as("stat of " + key).isEmpty();
        assertThat(destination().list(key, null, 10, transfer()))
                .as("list of " + key)
                .isEmpty();
        Expect.failure(
                ErrorKind.NOT_FOUND,
                () -> destination().read(key(key), 0, 1, transfer()).close());
    }

    /** Says where bytes differ instead of printing all of them. */
    static void assertSameBytes(byte[] actual, byte[] expected) {
        assertThat(actual.length).as("number of bytes").isEqualTo(expected.length);
        assertThat(Arrays.mismatch(actual, expected))
                .as("position of the first wrong byte")
                .isEqualTo(-1);
    }

    static byte[] slice(byte[] bytes, long offset, long length) {
        int start = (int) Math.min(offset, bytes.length);
        int end = (int) Math.min(bytes.length, start + Math.min(length, bytes.length));
        return Arrays.copyOfRange(bytes, start, end);
    }
}
