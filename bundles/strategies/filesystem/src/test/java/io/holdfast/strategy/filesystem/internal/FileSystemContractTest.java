package io.holdfast.strategy.filesystem.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.strategy.ImportRequest;
import io.holdfast.spi.strategy.ImportSession;
import io.holdfast.spi.strategy.InstanceDescription;
import io.holdfast.spi.strategy.StrategyCapability;
import io.holdfast.spi.strategy.StrategyType;
import io.holdfast.testkit.contract.StrategyContract;
import io.holdfast.testkit.fake.TestContents;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The contract of strategies, on a directory of this machine. */
class FileSystemContractTest extends StrategyContract {

    private Path provider;
    private int changes;

    @Override
    protected StrategyType type() {
        return new FileSystemStrategyType();
    }

    @Override
    protected Map<String, List<String>> newProvider(Path scratch) throws Exception {
        provider = scratch.toRealPath();
        Path instance = Appliance.directory(provider, "instance");
        Appliance.directory(instance, "sub/empty");
        Files.write(instance.resolve("sub/file"), TestContents.bytes(1, 200_000));
        Files.createLink(instance.resolve("sub/linked"), instance.resolve("sub/file"));
        Files.writeString(instance.resolve("small"), "small");
        Files.createFile(instance.resolve("empty"));
        Files.createSymbolicLink(instance.resolve("link"), Path.of("sub/file"));
        return Map.of("roots", List.of(provider.toString()));
    }

    @Override
    protected String instanceId() {
        return provider.resolve("instance").toString();
    }

    @Override
    protected void changeInstance() throws Exception {
        Files.writeString(provider.resolve("instance/small"), "changed " + changes++);
    }

    @Override
    protected List<String> leftovers() throws Exception {
        try (var files = Files.walk(provider)) {
            return files.map(Path::toString)
                    .filter(path -> path.contains(".holdfast-restore-"))
                    .toList();
        }
    }

    @Override
    protected Map<String, List<String>> restoreSettings() {
        return Map.of("target", List.of(restoredId()));
    }

    @Override
    protected String restoredId() {
        return provider.resolve("restored").toString();
    }

    @Override
    protected Set<StrategyCapability> missingCapabilities() {
        return Set.of(
                StrategyCapability.DISCOVERY, // any directory could be an instance
                StrategyCapability.BOOT_PROOF,
                StrategyCapability.INSTANT_RECOVERY,
                StrategyCapability.INCREMENTAL, // signatures of single files serve instead of a token
                StrategyCapability.SNAPSHOTS); // directories have none
    }

    @Override
    protected boolean readsASnapshot() {
        return false;
    }

    /** Files that were whole stay, so that a second restore goes on where the first ended. */
    @Override
    protected void assertRestoredIsMissing() {
        assertThat(Path.of(restoredId(), "sub/file")).hasBinaryContent(TestContents.bytes(1, 200_000));
    }

    /** A tree is merged into what exists; what may be replaced is said by the overwrite rule. */
    @Test
    @Override
    protected void what_is_in_the_way_of_an_import_is_not_replaced_unasked() throws Exception {
        Path mine = Appliance.directory(Path.of(restoredId()), "sub").resolve("file");
        Files.writeString(mine, "mine");
        InstanceDescription instance = strategy().describe(instanceId(), task());
        Settings never = Settings.of(
                type().restoreSchema(), Map.of("target", List.of(restoredId()), "overwrite", List.of("never")));
        try (Appliance appliance = new Appliance(Appliance.directory(provider, "scratch"))) {
            Appliance.Backup backup = appliance.backup(instance);
            try (ImportSession session =
                            strategy().openImport(new ImportRequest(instance, Map.of(), never, List.of()), task());
                    var tree = session.openTree("root")) {
                appliance.restoreInto(tree, backup.entries());
                tree.complete();
                assertThat(session.complete()).contains("left as they are");
            }
        }
        assertThat(mine).hasContent("mine");
        assertThat(Path.of(restoredId(), "small")).hasContent("small");
    }
}
