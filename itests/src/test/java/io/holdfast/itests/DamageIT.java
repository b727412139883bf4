package io.holdfast.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.itests.harness.ApplianceExtension;
import io.holdfast.itests.harness.BackupView;
import io.holdfast.itests.harness.Operator;
import io.holdfast.itests.harness.SampleTree;
import io.holdfast.itests.harness.Scratch;
import io.holdfast.itests.harness.TreeImage;
import io.holdfast.itests.harness.VaultFiles;
import io.holdfast.itests.harness.Work;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a failing disk or an enemy does to a vault is found and named, harms no other backup, and the next backup mends it. */
class DamageIT {

    private static final long SIZE = 3L << 20;

    @RegisterExtension
    static final ApplianceExtension APPLIANCE = ApplianceExtension.standard();

    /** What happens to a file. */
    enum Damage {
        TRUNCATED(VaultFiles::truncate),
        FLIPPED(VaultFiles::flip),
        MISSING(Damage::delete);

        private final Consumer<Path> action;

        Damage(Consumer<Path> action) {
            this.action = action;
        }

        private static void delete(Path file) {
            try {
                Files.delete(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** One vault with the backups of two directories that have nothing in common. */
    private static final class Given {
        private final Operator operator = APPLIANCE.operator();
        private final Scratch scratch = APPLIANCE.scratch();
        private final String name;
        private final Path vaultDirectory;
        private final VaultFiles vault;
        private final String destination;
        private final Path hitTree;
        private final String hitInstance;
        private final BackupView hit;
        private final TreeImage hitImage;
        private final List<Path> hitPacks;
        private final List<Path> hitManifests;
        private final BackupView other;
        private final TreeImage otherImage;
        private final List<Path> otherPacks;
        private final List<Path> otherManifests;

        Given(String name) {
            this.name = name;
            vaultDirectory = scratch.directory("vault " + name);
            vault = new VaultFiles(vaultDirectory);
            destination = operator.destination(vaultDirectory);
            hitTree = scratch.path("hit " + name);
            SampleTree.plenty(hitTree, 2, SIZE, name.hashCode());
            hitInstance = operator.directory(hitTree);
            hit = operator.backUp(hitInstance, destination);
            hitImage = TreeImage.of(hitTree);
            hitPacks = vault.packs();
            hitManifests = vault.manifests();
            Path otherTree = scratch.path("other " + name);
            SampleTree.plenty(otherTree, 2, SIZE, name.hashCode() + 100L);
            other = operator.backUp(operator.directory(otherTree), destination);
            otherImage = TreeImage.of(otherTree);
            otherPacks = without(vault.packs(), hitPacks);
            otherManifests = without(vault.manifests(), hitManifests);
        }

        private static List<Path> without(List<Path> all, List<Path> some) {
            List<Path> rest = new ArrayList<>(all);
            rest.removeAll(some);
            return rest;
        }

        /** One of these is named. The damaged objects themselves stay where they are, so warnings about them remain. */
        void thenOneIsDamagedAndTheOtherIsGood(Path... damaged) {
            Work proof = operator.verify(hit.id());
            assertThat(proof.state()).as(proof.json().toPrettyString()).isNotEqualTo("FINISHED");
            String said = proof.message() + operator.logOf(proof);
            assertThat(damaged).anySatisfy(file -> assertThat(said)
                    .contains(file.getFileName().toString()));
            assertThat(operator.backup(hit.id()).verification()).isEqualTo("DAMAGED");
            operator.verify(other.id()).finished();
            assertThat(operator.backup(other.id()).verification()).isEqualTo("GOOD");
            thenItIsRestored(other, otherImage);
        }

        void thenTheNextBackupIsGood() {
            BackupView next = operator.backUp(hitInstance, destination);
            operator.verify(next.id());
            assertThat(operator.backup(next.id()).verification()).isEqualTo("GOOD");
            thenItIsRestored(next, hitImage);
        }

        void thenItIsRestored(BackupView backup, TreeImage image) {
            Path target = scratch.directory("restored " + name);
            operator.restore(backup.id(), target);
            assertThat(image.differencesTo(TreeImage.of(target))).isEmpty();
            Scratch.delete(target);
        }

        /** A backup whose data cannot be read must not be restored as if it could. */
        void thenTheDamagedOneIsNotRestoredSilently() {
            Work work = operator.await(operator.startRestore(hit.id(), scratch.directory("damaged " + name)));
            assertThat(work.state()).isIn("FAILED", "FINISHED_WITH_WARNINGS");
        }
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void a_damaged_pack_is_named_and_mended_by_the_next_backup(Damage damage) {
        Given given = new Given("pack " + damage);
        Path pack = given.hitPacks.get(0);

        damage.action.accept(pack);

        given.thenOneIsDamagedAndTheOtherIsGood(pack);
        given.thenTheDamagedOneIsNotRestoredSilently();
        given.thenTheNextBackupIsGood();
    }

    @Test
    void packs_in_each_others_place_are_named() {
        Given given = new Given("swapped packs");
        Path pack = given.hitPacks.get(0);

        VaultFiles.swap(pack, given.hitPacks.get(1));

        given.thenOneIsDamagedAndTheOtherIsGood(pack, given.hitPacks.get(1));
        // without its listing it cannot be said what else the backup needs: only a proof of everything finds the other
        // pack
        given.operator.verifyAll(given.destination);
        given.thenTheNextBackupIsGood();
    }

    @ParameterizedTest
    @EnumSource(value = Damage.class, names = "MISSING", mode = EnumSource.Mode.EXCLUDE)
    void a_damaged_manifest_is_named_and_the_next_backup_is_whole(Damage damage) {
        Given given = new Given("manifest " + damage);
        Path manifest = given.hitManifests.get(0);

        damage.action.accept(manifest);

        given.thenOneIsDamagedAndTheOtherIsGood(manifest);
        given.thenTheNextBackupIsGood();
    }

    @Test
    void manifests_in_each_others_place_are_named_and_give_nobody_the_data_of_another() {
        Given given = new Given("swapped manifests");

        VaultFiles.swap(given.hitManifests.get(0), given.otherManifests.get(0));

        for (BackupView backup : List.of(given.hit, given.other)) {
            Work proof = given.operator.verify(backup.id());
            assertThat(proof.state()).isNotEqualTo("FINISHED");
            assertThat(given.operator.backup(backup.id()).verification()).isEqualTo("DAMAGED");
        }
        given.thenTheDamagedOneIsNotRestoredSilently();
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void a_damaged_index_harms_no_backup(Damage damage) {
        Given given = new Given("index " + damage);

        given.vault.index().forEach(damage.action);

        given.thenItIsRestored(given.hit, given.hitImage);
        given.thenItIsRestored(given.other, given.otherImage);
        given.thenTheNextBackupIsGood();
    }

    @Test
    void a_pack_of_another_backup_can_be_damaged_without_harm_to_this_one() {
        Given given = new Given("other pack");

        given.otherPacks.forEach(VaultFiles::flip);

        given.operator.verify(given.hit.id()).finished();
        given.thenItIsRestored(given.hit, given.hitImage);
    }
}
