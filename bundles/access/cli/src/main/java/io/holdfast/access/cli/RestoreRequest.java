package io.holdfast.access.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which backup is restored to which directory, all of it or some. */
final class RestoreRequest {

    @Parameters(index = "0", paramLabel = "BACKUP", description = "Id of the backup, its start, or 'latest'.")
    String backup = "";

    @Option(names = "--target", required = true, description = "Directory to restore into; made if missing.")
    private Path target = Path.of("");

    @Option(
            names = "--overwrite",
            defaultValue = "never",
            description = "What to do with files that exist: always, if-changed, if-newer, never. Default: never")
    String overwrite = "never";

    @Parameters(index = "1..*", paramLabel = "PATH", description = "Only these, relative to the backup's root.")
    List<String> paths = List.of();

    Path target() {
        return target.toAbsolutePath().normalize();
    }
}
