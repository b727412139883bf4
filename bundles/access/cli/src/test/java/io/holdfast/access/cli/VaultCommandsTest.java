package io.holdfast.access.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.vault.BackupId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A vault, a key, and nothing else. */
class VaultCommandsTest {

    @TempDir
    Path scratch;

    private Path tree;
    private SmallVault vault;
    private BackupId backup;
    private TreeMap<String, String> before;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;

    @BeforeEach
    void givenAVaultWithABackup() throws Exception {
        tree = Files.createDirectories(scratch.resolve("tree"));
        Files.createDirectories(tree.resolve("a/b"));
        Files.writeString(tree.resolve("a/letter.txt"), "Dear reader");
        Files.write(tree.resolve("a/b/large"), noise(1, 200_000));
        Files.createSymbolicLink(tree.resolve("link"), Path.of("a/letter.txt"));
        vault = new SmallVault(scratch);
        backup = vault.backUp(tree);
        before = picture();
        PrintStream both = new PrintStream(said, true, StandardCharsets.UTF_8);
        System.setOut(both);
        System.setErr(both);
    }

    @AfterEach
    void nothingWasWrittenIntoTheVault() throws IOException {
        System.setOut(out);
        System.setErr(err);
        assertThat(picture()).isEqualTo(before);
    }

    private static byte[] noise(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private TreeMap<String, String> picture() throws IOException {
        TreeMap<String, String> picture = new TreeMap<>();
        try (Stream<Path> files = Files.walk(vault.directory)) {
            for (Path file : files.toList()) {
                picture.put(
                        file.toString(),
                        Files.getLastModifiedTime(file) + " "
                                + (Files.isRegularFile(file)
                                        ? java.util.Arrays.hashCode(Files.readAllBytes(file))
                                        : 0));
            }
        }
        return picture;
    }

    private int run(String verb, String... more) {
        List<String> all = new ArrayList<>(List.of("vault", verb, "--path", vault.directory.toString()));
        all.addAll(List.of("--recovery-key-file", vault.keyFile.toString()));
        all.addAll(List.of(more));
        return Main.run(all.toArray(String[]::new));
    }

    private String output() {
        return said.toString(StandardCharsets.UTF_8);
    }

    @Test
    void theBackupsAreListedWithWhatTheyAreBackupsOf() {
        assertThat(run("list")).isEqualTo(ExitCode.OK.code());
        assertThat(output()).contains(backup.value(), tree.toString(), "the-lost-appliance");
    }

    @Test
    void machinesGetJsonLines() {
        assertThat(run("list", "--json")).isEqualTo(ExitCode.OK.code());
        assertThat(output().lines()).singleElement().asString().startsWith("{\"message_type\":\"backup\"");
    }

    private int withShares(Path... files) {
        List<String> all = new ArrayList<>(List.of("vault", "list", "--path", vault.directory.toString()));
        for (Path file : files) {
            all.addAll(List.of("--share-file", file.toString()));
        }
        return Main.run(all.toArray(String[]::new));
    }

    @Test
    void enoughSharesInOneFileOrSeveralOpenTheVault() throws Exception {
        List<String> shares = vault.shares(2, 3);
        before = picture();
        Path both = Files.writeString(scratch.resolve("both"), shares.get(2) + "\n\n" + shares.get(0) + "\n");
        Path first = Files.writeString(scratch.resolve("first"), shares.get(0).toLowerCase());
        Path second = Files.writeString(scratch.resolve("second"), shares.get(1));

        assertThat(withShares(both)).as(output()).isEqualTo(ExitCode.OK.code());
        assertThat(withShares(first, second)).as(output()).isEqualTo(ExitCode.OK.code());
        assertThat(output()).contains(backup.value());
    }

    @Test
    void tooFewSharesAndTypingErrorsAreNamed() throws Exception {
        List<String> shares = vault.shares(2, 3);
        before = picture();
        Path one = Files.writeString(scratch.resolve("one"), shares.get(1));
        assertThat(withShares(one, one)).isEqualTo(ExitCode.AUTHENTICATION.code());
        assertThat(output()).contains("needs 2 different shares, and 1 was given: number 2");
        String good = shares.get(0);
        String typo = (good.charAt(8) == 'B' ? 'C' : 'B') + "";
        Path bad = Files.writeString(
                scratch.resolve("bad"), shares.get(1) + "\n" + good.substring(0, 8) + typo + good.substring(9));
        assertThat(withShares(bad)).isEqualTo(ExitCode.AUTHENTICATION.code());
        assertThat(output()).contains("Share 2 in " + bad + " is mistyped");
    }

    @Test
    void everythingIsRestored() throws Exception {
        Path target = scratch.resolve("restored");

        assertThat(run("restore", "latest", "--target", target.toString()))
                .as(output())
                .isEqualTo(ExitCode.OK.code());

        assertThat(target.resolve("a/letter.txt")).hasContent("Dear reader");
        assertThat(target.resolve("a/b/large")).hasBinaryContent(noise(1, 200_000));
        assertThat(Files.readSymbolicLink(target.resolve("link"))).hasToString("a/letter.txt");
        assertThat(Files.list(target)).hasSize(2);
    }

    @Test
    void chosenPathsAreRestoredByTheStartOfTheBackupsId() {
        Path target = scratch.resolve("restored");

        assertThat(run("restore", backup.value().substring(0, 8), "--target", target.toString(), "a/letter.txt"))
                .isEqualTo(ExitCode.OK.code());

        assertThat(target.resolve("a/letter.txt")).hasContent("Dear reader");
        assertThat(target.resolve("a/b")).doesNotExist();
        assertThat(run("restore", "latest", "--target", target.toString(), "no/such/file"))
                .isEqualTo(ExitCode.PARTIAL.code());
        assertThat(output()).contains("no/such/file");
        assertThat(run("restore", "0000", "--target", target.toString())).isEqualTo(ExitCode.FAILED.code());
    }

    @Test
    void theDisksAndDumpsOfAMachineBecomeFiles() throws Exception {
        byte[] disk = new byte[300_000];
        System.arraycopy(noise(5, 50_000), 0, disk, 100_000, 50_000);
        byte[] dump = noise(6, 70_000);
        vault.backUpMachine(disk, dump);
        before = picture();
        Path target = scratch.resolve("machine");

        assertThat(run("restore", "latest", "--target", target.toString()))
                .as(output())
                .isEqualTo(ExitCode.OK.code());

        assertThat(target.resolve("vda.raw")).hasBinaryContent(disk);
        assertThat(target.resolve("database_dump")).hasBinaryContent(dump);
        assertThat(target.resolve(".holdfast-documents/domain.xml")).hasContent("<domain/>");
        assertThat(Files.list(target)).hasSize(3);
        assertThat(run("restore", "latest", "--target", target.toString())).isEqualTo(ExitCode.FAILED.code());
        assertThat(output()).contains("exists");
    }

    @Test
    void thePassphraseOpensItToo() throws Exception {
        Path other = Files.createDirectories(scratch.resolve("other"));
        SmallVault locked = new SmallVault(other, "correct horse".toCharArray());
        Path file = Files.writeString(scratch.resolve("passphrase"), "correct horse\n");

        assertThat(Main.run(
                        "vault", "list", "--path", locked.directory.toString(), "--passphrase-file", file.toString()))
                .isEqualTo(ExitCode.OK.code());
    }

    @Test
    void aWrongOrMistypedKeyIsRefusedAndNotRepeated() throws Exception {
        String own = Files.readString(vault.keyFile).strip();
        Path other = Files.createDirectories(scratch.resolve("other"));
        Files.copy(new SmallVault(other).keyFile, vault.keyFile, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(run("list")).isEqualTo(ExitCode.AUTHENTICATION.code());
        assertThat(output()).contains("not the recovery key");

        String mistyped = own.replace(own.charAt(0), own.charAt(0) == 'A' ? 'B' : 'A');
        Files.writeString(vault.keyFile, mistyped);
        assertThat(run("list")).isEqualTo(ExitCode.AUTHENTICATION.code());
        assertThat(output()).contains("mistyped").doesNotContain(own).doesNotContain(mistyped);
    }

    @Test
    void aDirectoryWithoutAVaultIsNamed() throws Exception {
        Path empty = Files.createDirectories(scratch.resolve("empty"));

        assertThat(Main.run(
                        "vault", "list", "--path", empty.toString(), "--recovery-key-file", vault.keyFile.toString()))
                .isEqualTo(ExitCode.FAILED.code());

        assertThat(output()).contains(empty.toString());
        assertThat(Files.list(empty)).isEmpty();
    }

    @Test
    void aSoundVaultIsVerified() {
        assertThat(run("verify")).as(output()).isEqualTo(ExitCode.OK.code());
        assertThat(run("verify", "latest")).isEqualTo(ExitCode.OK.code());
        assertThat(output()).contains("all is well");
    }

    @Test
    void aDamagedPackIsNamedAndTheRestIsRestored() throws Exception {
        Path pack = damageTheLargestPack();
        before = picture();

        assertThat(run("verify")).isEqualTo(ExitCode.PARTIAL.code());
        assertThat(output()).contains(pack.getFileName().toString(), "DAMAGED", backup.value(), "a/b/large");

        Path target = scratch.resolve("restored");
        assertThat(run("restore", "latest", "--target", target.toString())).isEqualTo(ExitCode.PARTIAL.code());
        assertThat(output()).contains("could not be restored").contains("a/b/large");
        assertThat(target.resolve("a/b/large")).doesNotExist();
        assertThat(Files.isSymbolicLink(target.resolve("link"))).isTrue();
    }

    private Path damageTheLargestPack() throws IOException {
        try (Stream<Path> files = Files.walk(vault.directory.resolve("objects"))) {
            Path pack = files.filter(f -> Files.isRegularFile(f) && f.toString().contains("packs"))
                    .max(java.util.Comparator.comparing(f -> f.toFile().length()))
                    .orElseThrow();
            byte[] bytes = Files.readAllBytes(pack);
            bytes[bytes.length / 2] ^= 1;
            pack.toFile().setWritable(true);
            Files.write(pack, bytes);
            return pack;
        }
    }
}
