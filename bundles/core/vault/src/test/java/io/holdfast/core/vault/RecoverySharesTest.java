package io.holdfast.core.vault;

import static io.holdfast.core.vault.Scene.CONTEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.PluginException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sets of printed shares, of which some open the vault. */
class RecoverySharesTest {

    @TempDir
    Path directory;

    Scene scene;
    VaultFactory factory;
    List<RecoveryShare> shares;

    @BeforeEach
    void begin() throws Exception {
        scene = new Scene(directory);
        factory = scene.factory("other");
        shares = set(3, 5);
    }

    @AfterEach
    void end() {
        scene.close();
    }

    private List<RecoveryShare> set(int threshold, int count) throws PluginException {
        NewShares made = NewShares.make(scene.keys.readerKeys(), threshold, count, new SecureRandom());
        factory.addSlot(scene.destination, scene.keys.readerKeys(), made.slot(), "appliance", CONTEXT);
        return made.shares();
    }

    @Test
    void any_three_of_five_printed_shares_open_the_vault_and_read_a_backup() throws Exception {
        FakeTree tree = Scene.sampleTree();
        BackupSummary backup = scene.backup(tree);
        for (int a = 0; a < 5; a++) {
            for (int b = a + 1; b < 5; b++) {
                for (int c = b + 1; c < 5; c++) {
                    List<RecoveryShare> typed = new ArrayList<>();
                    for (int i : new int[] {c, a, b}) {
                        typed.add(RecoveryShare.parse(shares.get(i).print().toLowerCase(), "share"));
                    }
                    assertThat(factory.unlock(scene.destination, typed, CONTEXT).encoded())
                            .isEqualTo(scene.keys.readerKeys().encoded());
                }
            }
        }
        ReaderKeys keys = factory.unlock(scene.destination, shares, CONTEXT);
        try (Vault vault = factory.openForReading(scene.destination, keys, CONTEXT)) {
            Scene.assertSame(Scene.restore(vault, backup.id(), List.of()), tree);
        }
    }

    @Test
    void a_printed_share_has_eight_groups_of_seven() {
        assertThat(shares.get(0).print()).matches("[A-Z2-7]{7}(-[A-Z2-7]{7}){7}");
        assertThat(shares.get(0).toString())
                .doesNotContain(shares.get(0).print().substring(20));
    }

    @Test
    void too_few_shares_are_refused_and_it_is_said_how_many_are_missing() {
        List<RecoveryShare> two = List.of(shares.get(0), shares.get(3), shares.get(0));
        assertThatThrownBy(() -> factory.unlock(scene.destination, two, CONTEXT))
                .isInstanceOf(PluginException.class)
                .hasMessageContaining("needs 3 different shares, and 2 were given: number 1, 4")
                .hasMessageContaining("Give 1 more");
    }

    @Test
    void shares_of_two_sets_are_told_apart_by_name() throws Exception {
        List<RecoveryShare> others = set(2, 3);
        List<RecoveryShare> mixed = List.of(shares.get(0), others.get(1), shares.get(2));
        assertThatThrownBy(() -> factory.unlock(scene.destination, mixed, CONTEXT))
                .hasMessageContaining("different sets")
                .hasMessageContaining("number 1, 3 of the set " + shares.get(0).set())
                .hasMessageContaining("number 2 of the set " + others.get(0).set());
        assertThat(factory.unlock(scene.destination, others.subList(1, 3), CONTEXT)
                        .encoded())
                .isEqualTo(scene.keys.readerKeys().encoded());
    }

    @Test
    void a_typo_is_found_in_the_share_that_has_it() {
        String printed = shares.get(1).print();
        for (int i = 0; i < printed.length(); i++) {
            if (printed.charAt(i) == '-') {
                continue;
            }
            String typo = printed.substring(0, i) + (printed.charAt(i) == 'A' ? 'B' : 'A') + printed.substring(i + 1);
            assertThatThrownBy(() -> RecoveryShare.parse(typo, "Share 2 of those given"))
                    .hasMessageStartingWith("Share 2 of those given is");
        }
        assertThatThrownBy(() -> RecoveryShare.parse(scene.keys.recoveryKey().print(), "Share 1"))
                .hasMessageContaining("is a recovery key");
        assertThatThrownBy(() -> RecoveryShare.parse("?", "Share 1")).hasMessageContaining("no recovery share");
    }

    @Test
    void shares_of_another_vault_do_not_open_this_one() throws Exception {
        try (Scene other = new Scene(directory.resolve("other"))) {
            List<RecoveryShare> foreign = NewShares.make(other.keys.readerKeys(), 2, 2, new SecureRandom())
                    .shares();
            assertThatThrownBy(() -> factory.unlock(scene.destination, foreign, CONTEXT))
                    .hasMessageContaining(foreign.get(0).set() + " does not open this vault");
        }
    }

    @Test
    void two_different_shares_of_one_number_are_named() {
        byte[] value = shares.get(0).value();
        value[3] ^= 1;
        RecoveryShare forged = RecoveryShare.of(shares.get(0).setId(), 3, 5, 1, value);
        assertThatThrownBy(() -> factory.unlock(scene.destination, List.of(shares.get(0), forged), CONTEXT))
                .hasMessageContaining("Two different shares are number 1");
        assertThatThrownBy(
                        () -> factory.unlock(scene.destination, List.of(forged, shares.get(1), shares.get(2)), CONTEXT))
                .hasMessageContaining("does not open this vault");
    }

    @Test
    void impossible_sets_are_refused() {
        for (int[] set : new int[][] {{1, 3}, {4, 3}, {2, 65}, {0, 0}}) {
            assertThatThrownBy(() -> set(set[0], set[1])).hasMessageContaining("A set of recovery shares has 2 to 64");
        }
    }

    @Test
    void adding_a_slot_again_adds_nothing() throws Exception {
        NewShares made = NewShares.make(scene.keys.readerKeys(), 2, 2, new SecureRandom());
        int before = scene.destination.keys("keys/").size();
        factory.addSlot(scene.destination, scene.keys.readerKeys(), made.slot(), "appliance", CONTEXT);
        factory.addSlot(scene.destination, scene.keys.readerKeys(), made.slot(), "appliance", CONTEXT);
        assertThat(scene.destination.keys("keys/")).hasSize(before + 2);
    }
}
