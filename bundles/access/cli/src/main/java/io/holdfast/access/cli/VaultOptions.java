package io.holdfast.access.cli;

import io.holdfast.access.cli.offline.OfflineVault;
import io.holdfast.access.cli.offline.OfflineVault.Unlock;
import io.holdfast.access.cli.offline.Stop;
import io.holdfast.core.vault.RecoveryKey;
import io.holdfast.core.vault.RecoveryShare;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.SettingsSchema;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which vault, and what opens it. Keys and secrets come from files or the keyboard, never from the command line. */
final class VaultOptions {

    @Option(
            names = "--path",
            paramLabel = "DIR",
            description = "Directory of a file-system destination; repeat it where the destination has several.")
    List<Path> paths = List.of();

    @Option(
            names = "--type",
            defaultValue = "filesystem",
            description = "Kind of the destination. Default: ${DEFAULT-VALUE}")
    String type = "filesystem";

    @Option(names = "--setting", paramLabel = "NAME=VALUE", description = "A setting of the destination; repeatable.")
    List<String> settings = List.of();

    @Option(
            names = "--setting-file",
            paramLabel = "NAME=FILE",
            description = "A setting whose value is the first line of a file, such as a secret key.")
    List<String> settingFiles = List.of();

    @Option(
            names = "--recovery-key-file",
            paramLabel = "FILE",
            description = "File with the recovery key in its first line. Without one, it is asked for.")
    @Nullable
    Path recoveryKeyFile;

    @Option(
            names = "--passphrase-file",
            paramLabel = "FILE",
            description = "File with the vault's passphrase in its first line.")
    @Nullable
    Path passphraseFile;

    @Option(
            names = "--share-file",
            paramLabel = "FILE",
            description = "File with recovery shares, one a line; repeat it for several files.")
    List<Path> shareFiles = List.of();

    @Mixin
    private Output output = new Output();

    Terminal terminal() {
        return output.terminal();
    }

    OfflineVault open(Stop stop) throws PluginException, IOException {
        return OfflineVault.open(type, values(), unlock(), stop);
    }

    private Map<String, List<String>> values() throws PluginException {
        SettingsSchema schema = OfflineVault.schema(type);
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (Path path : paths) {
            add(values, "paths", path.toAbsolutePath().normalize().toString());
        }
        for (String setting : settings) {
            String[] pair = pair(setting, "--setting NAME=VALUE");
            if (OfflineVault.secret(schema, pair[0])) {
                throw failed("setting '" + pair[0] + "' is a secret and would be seen in the list of processes; use"
                        + " --setting-file " + pair[0] + "=FILE");
            }
            add(values, pair[0], pair[1]);
        }
        for (String setting : settingFiles) {
            String[] pair = pair(setting, "--setting-file NAME=FILE");
            add(values, pair[0], firstLine(Path.of(pair[1])));
        }
        if (values.isEmpty()) {
            throw failed("say where the vault is: --path DIRECTORY, or --type KIND with its settings");
        }
        return values;
    }

    private static void add(Map<String, List<String>> values, String name, String value) {
        values.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
    }

    private static String[] pair(String text, String form) {
        int at = text.indexOf('=');
        if (at < 1) {
            throw failed("this is not " + form + ": it has no name, or no '='");
        }
        return new String[] {text.substring(0, at), text.substring(at + 1)};
    }

    private Unlock unlock() throws PluginException {
        int ways =
                (passphraseFile == null ? 0 : 1) + (recoveryKeyFile == null ? 0 : 1) + (shareFiles.isEmpty() ? 0 : 1);
        if (ways > 1) {
            throw failed("give one of --recovery-key-file, --passphrase-file and --share-file");
        }
        if (!shareFiles.isEmpty()) {
            List<RecoveryShare> shares = shares();
            return (factory, destination, context) -> factory.unlock(destination, shares, context);
        }
        if (passphraseFile != null) {
            char[] passphrase = firstLine(passphraseFile).toCharArray();
            return (factory, destination, context) -> factory.unlock(destination, passphrase, context);
        }
        String printed = recoveryKeyFile != null ? firstLine(recoveryKeyFile) : asked();
        RecoveryKey key = RecoveryKey.parse(printed);
        return (factory, destination, context) -> factory.unlock(destination, key, context);
    }

    private static String asked() {
        Console console = System.console();
        char[] typed = console == null ? null : console.readPassword("Recovery key (not shown): ");
        if (typed == null) {
            throw new CommandException(
                    ExitCode.AUTHENTICATION,
                    "the recovery key is needed: --recovery-key-file FILE, or --share-file FILE with recovery shares, or"
                            + " --passphrase-file FILE if the vault has a passphrase");
        }
        return new String(typed);
    }

    private List<RecoveryShare> shares() throws PluginException {
        List<RecoveryShare> shares = new ArrayList<>();
        for (Path file : shareFiles) {
            int number = 0;
            for (String line : lines(file)) {
                number++;
                shares.add(RecoveryShare.parse(line, "Share " + number + " in " + file));
            }
        }
        return shares;
    }

    private static String firstLine(Path file) {
        List<String> lines = lines(file);
        return lines.isEmpty() ? "" : lines.get(0);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readString(file)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
        } catch (IOException e) {
            throw new CommandException(ExitCode.FAILED, "cannot read " + file + ": " + e, e);
        }
    }

    private static CommandException failed(String message) {
        return new CommandException(ExitCode.FAILED, message);
    }
}
