package io.holdfast.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.strategy.ChangeToken;
import io.holdfast.spi.strategy.ExportRequest;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.ImportRequest;
import io.holdfast.spi.strategy.InstanceDescription;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.spi.strategy.StrategyCapability;
import io.holdfast.spi.strategy.StrategyType;
import io.holdfast.testkit.fake.RecordingTaskContext;
import io.holdfast.testkit.fake.TestPluginContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
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
abstract class StrategySubject {

    @TempDir
    @Nullable
    Path directory;

    private final List<RecordingTaskContext> tasks = new ArrayList<>();
    private @Nullable TestPluginContext pluginContext;
    private @Nullable Map<String, List<String>> provider;
    private @Nullable Strategy strategy;

    /** The plugin. Called often; may be the same object each time. */
    protected abstract StrategyType type();

    /**
     * Sets up a provider with at least one instance and returns the settings that lead to it. Called once for each test.
     *
     * @param scratch an empty directory that is deleted after the test
     */
    protected abstract Map<String, List<String>> newProvider(Path scratch) throws Exception;

    /** The external id of the instance that is exported; it has some content in every source. */
    protected abstract String instanceId();

    /** Changes a small part of that instance, differently each time. */
    protected abstract void changeInstance() throws Exception;

    /**
     * What is on the provider now that only a running task may have there: temporary snapshots, half-made instances, and what a token
     * holds there (a checkpoint) once another export was committed that supersedes it. Found by looking at the provider, not by asking
     * the plugin. No test commits exports of more than one chain.
     */
    protected abstract List<String> leftovers() throws Exception;

    /** The external id of the instance that snapshots are taken of, where the usual one cannot have any. It has none yet. */
    protected String snapshotInstanceId() throws Exception {
        return instanceId();
    }

    /** Changes a small part of {@link #snapshotInstanceId}, differently each time. */
    protected void changeSnapshotInstance() throws Exception {
        changeInstance();
    }

    /** Takes a snapshot of {@link #snapshotInstanceId} past the plugin, as an administrator would; gives its id. */
    protected String takeForeignSnapshot() throws Exception {
        throw new UnsupportedOperationException("override takeForeignSnapshot, or declare SNAPSHOTS missing");
    }

    /** The settings of the instance. */
    protected Map<String, List<String>> instanceSettings() {
        return Map.of();
    }

    /** The choices for restoring to a place where nothing is. Only with {@code IMPORT}. */
    protected Map<String, List<String>> restoreSettings() {
        return Map.of();
    }

    /** The external id of what was restored with {@link #restoreSettings}. Only with {@code IMPORT}. */
    protected String restoredId() {
        throw new UnsupportedOperationException("override restoredId, or declare IMPORT missing");
    }

    /** The time that the plugin is given; the same object each time. */
    protected Clock clock() {
        return Clock.systemUTC();
    }

    /** Capabilities that the plugin does not have, each with a reason in a comment. All are expected. */
    protected Set<StrategyCapability> missingCapabilities() {
        return Set.of();
    }

    @BeforeEach
    void connect() throws Exception {
        Path scratch = Files.createDirectory(directory().resolve("provider"));
        pluginContext = new TestPluginContext(
                clock(), "appliance-1", Files.createDirectory(directory().resolve("state")));
        provider = newProvider(scratch);
        strategy = connectAgain();
    }

    @AfterEach
    void disconnect() {
        if (strategy != null) {
            strategy.close();
        }
    }

    final Path directory() {
        return Objects.requireNonNull(directory);
    }

    /** The connection of this test. */
    protected final Strategy strategy() {
        return Objects.requireNonNull(strategy);
    }

    /** Another connection to the same provider. The caller closes it. */
    protected final Strategy connectAgain() throws PluginException {
        Settings settings = Settings.of(type().schema(), Objects.requireNonNull(provider));
        return type().connect(settings, Objects.requireNonNull(pluginContext));
    }

    final boolean expects(StrategyCapability capability) {
        return !missingCapabilities().contains(capability);
    }

    final Set<StrategyCapability> expectedCapabilities() {
        Set<StrategyCapability> expected = EnumSet.allOf(StrategyCapability.class);
        expected.removeAll(missingCapabilities());
        return expected;
    }

    /** A fresh task. */
    protected final RecordingTaskContext task() {
        try {
            String id = "task-" + (tasks.size() + 1);
            RecordingTaskContext task = RecordingTaskContext.of(
                    id, clock(), Files.createDirectory(directory().resolve(id)));
            tasks.add(task);
            return task;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    final InstanceDescription describe(String externalId) throws PluginException {
        if (expects(StrategyCapability.MANUAL_INSTANCES)) {
            return strategy().describe(externalId, task());
        }
        List<InstanceDescription> found = new ArrayList<>();
        strategy().inventory(found::add, task());
        return found.stream()
                .filter(instance -> instance.externalId().equals(externalId))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the inventory does not mention " + externalId));
    }

    final ExportRequest request(String externalId, Optional<ChangeToken> previous) throws PluginException {
        return new ExportRequest(
                describe(externalId), Settings.of(type().instanceSchema(), instanceSettings()), previous);
    }

    final ExportSession export(RecordingTaskContext task) throws PluginException {
        return strategy().openExport(request(instanceId(), Optional.empty()), task);
    }

    /** Everything in an instance. */
    final Picture picture(String externalId) throws PluginException, IOException {
        try (ExportSession session = strategy().openExport(request(externalId, Optional.empty()), task())) {
            Picture picture = Picture.of(session);
            session.readingDone();
            return picture;
        }
    }

    final ImportRequest importRequest(ExportSession session, List<io.holdfast.spi.source.EntryPath> selection)
            throws PluginException {
        return new ImportRequest(
                describe(instanceId()),
                session.metadata(),
                Settings.of(type().restoreSchema(), restoreSettings()),
                selection);
    }

    final void assertNothingLeft(RecordingTaskContext task) throws Exception {
        assertThat(leftovers()).as("left on the provider").isEmpty();
        assertThat(task.journal().open()).as("open entries of the journal").isEmpty();
        assertThat(task.cancellation().registrations())
                .as("cancellation actions left")
                .isZero();
    }
}
