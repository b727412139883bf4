package io.holdfast.strategy.filesystem.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.spi.ErrorKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntryFilterTest {

    @TempDir
    Path directory;

    private static boolean excluded(String pattern, String path, boolean isDirectory) throws Exception {
        return EntryFilter.of(List.of(), List.of(pattern)).judge(Natives.utf8(path), isDirectory, true)
                == EntryFilter.Verdict.OUT;
    }

    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "*.o,            a.o,         true",
                "*.o,            d/a.o,       true",
                "/*.o,           d/a.o,       false",
                "d/*.o,          d/a.o,       true",
                "d/*.o,          x/d/a.o,     false",
                "**/d/*.o,       x/d/a.o,     true",
                "**/d/*.o,       d/a.o,       true",
                "a/**/b,         a/b,         true",
                "a/**/b,         a/x/y/b,     true",
                "a/**,           a,           false",
                "a/**,           a/x/y,       true",
                "d/,             d,           false",
                "?,              x,           true",
                "?,              ü,           true",
                "?,              xx,          false",
                "[!a-c]x,        dx,          true",
                "[!a-c]x,        bx,          false",
                "[]x]y,          ]y,          true",
                "[[:digit:]_]*,  _a,          true",
                "[[:upper:]],    a,           false",
                "[a,             [a,          false",
                "\\*,            *,           true",
                "\\*,            x,           false",
                "\\!x,           !x,          true",
                "a\\,            a,           false",
                "a*b*c,          aXbYbZc,     true",
                "a*b*c,          aXbYbZ,      false",
                "*,              .hidden,     true",
                "foo**,          foobar,      true",
                "#x,             #x,          false",
                "\\#x,           #x,          true",
                "-,              -,           true",
            })
    void patterns_mean_what_they_mean_to_git(String pattern, String path, boolean matches) throws Exception {
        assertThat(excluded(pattern, path, false)).isEqualTo(matches);
    }

    @Test
    void a_slash_at_the_end_takes_directories_only() throws Exception {
        assertThat(excluded("d/", "x/d", true)).isTrue();
        assertThat(excluded("d/", "x/d", false)).isFalse();
    }

    @Test
    void names_that_are_no_text_match_wildcards() throws Exception {
        byte[] name = {(byte) 0xff, (byte) 0xfe, '.', 'o'};

        assertThat(EntryFilter.of(List.of(), List.of("??.o")).judge(name, false, true))
                .isEqualTo(EntryFilter.Verdict.OUT);
        assertThat(EntryFilter.of(List.of(), List.of("?.o")).judge(name, false, true))
                .isEqualTo(EntryFilter.Verdict.IN);
    }

    @Test
    void long_patterns_of_stars_take_no_time() throws Exception {
        assertThat(excluded("*a".repeat(100) + "b", "a".repeat(250), false)).isFalse();
    }

    @Test
    void an_include_cannot_be_negated() {
        assertThatThrownBy(() -> EntryFilter.of(List.of("!x"), List.of()))
                .hasMessageContaining("'!'")
                .extracting("kind")
                .isEqualTo(ErrorKind.INVALID_CONFIG);
    }

    @Test
    void an_anchored_include_does_not_search_everything() throws Exception {
        EntryFilter filter = EntryFilter.of(List.of("/home/*/doc", "/etc"), List.of());

        assertThat(filter.judge(Natives.utf8("home"), true, false)).isEqualTo(EntryFilter.Verdict.THROUGH);
        assertThat(filter.judge(Natives.utf8("home/me"), true, false)).isEqualTo(EntryFilter.Verdict.THROUGH);
        assertThat(filter.judge(Natives.utf8("home/me/tmp"), true, false)).isEqualTo(EntryFilter.Verdict.OUT);
        assertThat(filter.judge(Natives.utf8("home/me/doc"), true, false)).isEqualTo(EntryFilter.Verdict.IN);
        assertThat(filter.judge(Natives.utf8("usr"), true, false)).isEqualTo(EntryFilter.Verdict.OUT);
        assertThat(filter.judge(Natives.utf8("home/file"), false, false)).isEqualTo(EntryFilter.Verdict.OUT);
    }

    /** Thousands of made-up patterns and paths: git is asked for each what it thinks. */
    @Test
    void git_agrees() throws Exception {
        assumeTrue(run(List.of("git", "init", "-q", "."), "") != null, "needs git");
        Random random = new Random(42);
        List<String> disagreements = new ArrayList<>();
        for (int round = 0; round < 60; round++) {
            List<String> patterns = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(4); i++) {
                patterns.add((random.nextInt(4) == 0 ? "!" : "") + pattern(random));
            }
            List<String> paths = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                paths.add(path(random));
            }
            Files.write(directory.resolve(".gitignore"), patterns);
            String ignored =
                    run(List.of("git", "check-ignore", "--no-index", "-z", "--stdin"), String.join("\0", paths) + "\0");
            List<String> byGit = List.of(ignored.split("\0"));
            EntryFilter filter = EntryFilter.of(List.of(), patterns);
            for (String path : paths) {
                if (excludedWithParents(filter, path) != byGit.contains(path)) {
                    disagreements.add(patterns + " on " + path + ": git says " + byGit.contains(path));
                }
            }
        }
        assertThat(disagreements).isEmpty();
    }

    private static boolean excludedWithParents(EntryFilter filter, String path) {
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            if (filter.judge(Natives.utf8(path.substring(0, slash)), true, true) == EntryFilter.Verdict.OUT) {
                return true;
            }
        }
        return filter.judge(Natives.utf8(path), false, true) == EntryFilter.Verdict.OUT;
    }

    private static String pattern(Random random) {
        String[] parts = {
            "a", "b", "ab", "*", "?", "**", "a*", "*b", "[ab]", "[!a]", "[a-c]", "\\a", "a?", "**b", "[[:alpha:]]"
        };
        StringBuilder pattern = new StringBuilder(random.nextInt(4) == 0 ? "/" : "");
        int segments = 1 + random.nextInt(3);
        for (int i = 0; i < segments; i++) {
            pattern.append(i > 0 ? "/" : "").append(parts[random.nextInt(parts.length)]);
        }
        return pattern.append(random.nextInt(6) == 0 ? "/" : "").toString();
    }

    private static String path(Random random) {
        String[] names = {"a", "b", "c", "ab", "ba", "abc", "bb"};
        StringBuilder path = new StringBuilder();
        int segments = 1 + random.nextInt(4);
        for (int i = 0; i < segments; i++) {
            path.append(i > 0 ? "/" : "").append(names[random.nextInt(names.length)]);
        }
        return path.toString();
    }

    private String run(List<String> command, String input) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return null;
        }
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
