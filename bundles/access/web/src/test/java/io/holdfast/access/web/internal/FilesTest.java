package io.holdfast.access.web.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the files of the web interface must not contain, and that they find each other. */
class FilesTest {

    private static final Path FILES = Path.of("target/classes/ui");
    private static final Pattern IMPORT = Pattern.compile("from '([^']+)'");

    private static List<Path> files(String ending) throws IOException {
        try (Stream<Path> walk = Files.walk(FILES)) {
            return walk.filter(file -> file.toString().endsWith(ending)).toList();
        }
    }

    private static boolean ours(Path file) {
        return !file.startsWith(FILES.resolve("lib"));
    }

    @Test
    void everyModuleThatIsImportedIsThere() throws IOException {
        assertThat(files(".js")).hasSizeGreaterThan(15);
        for (Path file : files(".js")) {
            if (ours(file)) {
                Matcher imports = IMPORT.matcher(Files.readString(file));
                while (imports.find()) {
                    assertThat(imports.group(1)).as(file.toString()).startsWith(".");
                    assertThat(file.resolveSibling(imports.group(1)).normalize())
                            .as(file.toString())
                            .isRegularFile();
                }
            }
        }
    }

    @Test
    void nothingComesFromAnotherHostAndNothingIsInline() throws IOException {
        for (String ending : List.of(".js", ".css", ".html")) {
            for (Path file : files(ending)) {
                if (ours(file)) {
                    assertThat(Files.readString(file))
                            .as(file.toString())
                            .doesNotContain(
                                    "https://", "http://", "innerHTML", "dangerouslySet", "eval(", "localStorage")
                            .doesNotContain(" style=", "<style", "document.cookie");
                }
            }
        }
        assertThat(Files.readString(FILES.resolve("index.html"))).doesNotContainPattern("<script(?![^>]*src=)");
    }

    @Test
    void whoseLibraryItIsIsSaidBesideIt() throws IOException {
        for (String name : List.of("htm.js", "hooks.js", "preact.js")) {
            assertThat(FILES.resolve("lib").resolve(name)).isRegularFile();
        }
        assertThat(Files.readString(FILES.resolve("lib/hooks.js"))).contains("from\"./preact.js\"");
        assertThat(Files.readString(FILES.resolve("lib/LICENSES.txt"))).contains("MIT", "Apache", "preact", "htm");
    }
}
