package io.holdfast.access.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {

    @Test
    void aCommandLineThatIsNotUnderstoodFails() {
        assertThat(Main.run("no-such-verb")).isEqualTo(ExitCode.FAILED.code());
        assertThat(Main.run("restore", "latest")).isEqualTo(ExitCode.FAILED.code());
    }

    @Test
    void helpIsNoFailure() {
        assertThat(Main.run("--help")).isEqualTo(ExitCode.OK.code());
        assertThat(Main.run("backup", "--help")).isEqualTo(ExitCode.OK.code());
    }

    @Test
    void aMissingPasswordFileIsAFailureToLogIn(@TempDir java.nio.file.Path directory) {
        String nowhere = directory.resolve("none").toString();

        assertThat(Main.run("list", "--ca", nowhere, "--password-file", nowhere))
                .isEqualTo(ExitCode.AUTHENTICATION.code());
    }
}
