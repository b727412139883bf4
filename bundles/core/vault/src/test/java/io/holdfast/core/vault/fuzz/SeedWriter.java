package io.holdfast.core.vault.fuzz;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Writes the good inputs of {@link Corpus} where Jazzer looks for them: {@code SeedWriter src/test/resources}. */
final class SeedWriter {

    private SeedWriter() {}

    public static void main(String[] args) throws Exception {
        Path inputs = Path.of(args[0]).resolve("io/holdfast/core/vault/fuzz/FormatFuzzInputs");
        Path work = Files.createTempDirectory("corpus");
        for (Map.Entry<String, byte[]> seed : Corpus.seeds(work).entrySet()) {
            Path folder = inputs.resolve(seed.getKey());
            Files.createDirectories(folder);
            Files.write(folder.resolve("good"), seed.getValue());
        }
    }
}
