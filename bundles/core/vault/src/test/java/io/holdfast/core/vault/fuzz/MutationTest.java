package io.holdfast.core.vault.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.vault.fuzz.Parsers.Parser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short search without instrumentation, for every build: good inputs, changed by a seed. */
class MutationTest {

    private static final int EACH = Integer.getInteger("fuzz.mutations", 20_000);
    private static final int[] LENGTHS = {0, 1, 0x7f, 0x80, 0xff, 0x7fffffff, 0x80000000, -1, 65_536, 1 << 23, 1 << 24};

    @TempDir
    Path directory;

    @Test
    void everyParserRefusesWhatItCannotRead() throws Exception {
        Map<String, byte[]> seeds = Corpus.seeds(directory);
        Random random = new Random(1);
        for (Map.Entry<String, Parser> parser : Parsers.all().entrySet()) {
            byte[] seed = seeds.getOrDefault(parser.getKey(), new byte[64]);
            for (int i = 0; i < EACH; i++) {
                byte[] bytes = mutate(seed, random);
                try {
                    Parsers.run(parser.getValue(), bytes);
                } catch (RuntimeException | Error e) {
                    throw new AssertionError(
                            parser.getKey() + " on " + java.util.HexFormat.of().formatHex(bytes), e);
                }
            }
        }
    }

    @Test
    void theCorpusIsReadOrRefused() throws Exception {
        Path inputs = Path.of("src/test/resources/io/holdfast/core/vault/fuzz/FormatFuzzInputs");
        for (Map.Entry<String, Parser> parser : Parsers.all().entrySet()) {
            try (Stream<Path> files = Files.list(inputs.resolve(parser.getKey()))) {
                for (Path file : files.toList()) {
                    Parsers.run(parser.getValue(), Files.readAllBytes(file));
                }
            }
        }
    }

    @Test
    void goodInputsAreRead() throws Exception {
        for (Map.Entry<String, byte[]> seed : Corpus.seeds(directory).entrySet()) {
            if (!seed.getKey().equals("packTable") && !seed.getKey().equals("payload")) {
                Parsers.all().get(seed.getKey()).parse(seed.getValue());
            }
        }
        assertThat(Parsers.all().keySet()).containsAll(Corpus.seeds(directory).keySet());
    }

    private static byte[] mutate(byte[] seed, Random random) {
        byte[] bytes = seed.clone();
        for (int n = random.nextInt(4); n >= 0 && bytes.length > 0; n--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes = Arrays.copyOf(bytes, at);
                case 3 -> bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(40));
                case 4 -> number(bytes, at, LENGTHS[random.nextInt(LENGTHS.length)]);
                default -> {
                    int n8 = Math.min(8, bytes.length - at);
                    System.arraycopy(bytes.clone(), random.nextInt(bytes.length - n8 + 1), bytes, at, n8);
                }
            }
        }
        return bytes;
    }

    private static void number(byte[] bytes, int at, int value) {
        for (int i = 0; i < 4 && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (value >>> (24 - 8 * i));
        }
    }
}
