package io.holdfast.access.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.vault.RecoveryShare;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is printed; the PDF is read by a program that did not write it. */
class RecoveryKitTest {

    private static final String KEY = "ABCDE-FGHIJ-KLMNO-PQRST-UVWXY-Z2345-67ABC-DEFGH";

    @TempDir
    Path scratch;

    @BeforeEach
    void fontsOfTheMachineAreNotRememberedInTheHomeDirectory() {
        System.setProperty("pdfbox.fontcache", scratch.toString());
    }

    private static KitFacts facts(String name, Map<String, String> settings, String... where) {
        return new KitFacts(
                "appliance-1", name, "filesystem", settings, List.of(where), "0123456789abcdef", 2, "2026-11-27");
    }

    private static List<RecoveryShare> shares() {
        return IntStream.rangeClosed(1, 3)
                .mapToObj(n -> RecoveryShare.of(new byte[6], 2, 3, n, new byte[20]))
                .toList();
    }

    private static String text(byte[] pdf, int page) throws Exception {
        try (PDDocument document = Loader.loadPDF(pdf)) {
            PDFTextStripper stripper = new PDFTextStripper();
            stripper.setStartPage(page);
            stripper.setEndPage(page);
            return stripper.getText(document);
        }
    }

    @Test
    void thePageOfARecoveryKeySaysWhatItOpensAndHow() throws Exception {
        RecoveryKit kit = RecoveryKit.ofKey(facts("store", Map.of("paths", "/srv/vault"), "--path /srv/vault"), KEY);
        for (String page : List.of(kit.text(), text(kit.pdf(), 1))) {
            assertThat(page)
                    .contains("appliance-1", "store", "0123456789abcdef", "2026-11-27", "/srv/vault")
                    .contains("ABCDE-FGHIJ-KLMNO-PQRST", "UVWXY-Z2345-67ABC-DEFGH")
                    .contains("bin/holdfast-vault list --path /srv/vault --recovery-key-file key.txt");
        }
        assertThat(kit.toString()).doesNotContain("ABCDE");
        assertThat(kit.text().lines().mapToInt(String::length).max().orElse(0)).isLessThanOrEqualTo(78);
    }

    @Test
    void everyShareHasAPageOfItsOwnWithNoneOfTheOthers() throws Exception {
        List<RecoveryShare> shares = shares();
        byte[] pdf = RecoveryKit.ofShares(facts("store", Map.of(), "--path /v"), shares)
                .pdf();
        try (PDDocument document = Loader.loadPDF(pdf)) {
            assertThat(document.getNumberOfPages()).isEqualTo(3);
        }
        for (int i = 0; i < 3; i++) {
            String page = text(pdf, i + 1);
            for (int k = 0; k < 3; k++) {
                String last = shares.get(k).print().substring(32);
                assertThat(page.contains(last)).isEqualTo(i == k);
            }
            assertThat(page)
                    .contains("SHARE " + (i + 1) + " OF 3, ANY 2 ARE NEEDED", "Set          000000000000")
                    .contains("--share-file shares.txt");
        }
    }

    @Test
    void oddNamesAndLongSettingsStayWithinThePage() throws Exception {
        String path = "/srv/" + "very-long-directory/".repeat(4);
        RecoveryKit kit = RecoveryKit.ofKey(
                facts("Ablage (ältere) \\ \u65e5\u672c", Map.of("paths", path), "--path " + path, "--path " + path),
                KEY);
        assertThat(text(kit.pdf(), 1)).contains("Ablage (ältere) \\ ??", "DEFGH");
        assertThat(kit.text()).contains("--path " + path + " \\\n");
    }
}
