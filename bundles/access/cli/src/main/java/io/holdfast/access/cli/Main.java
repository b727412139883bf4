package io.holdfast.access.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The entry point: understands the command line and turns the outcome into an exit code. */
@Command(
        name = "holdfast",
        mixinStandardHelpOptions = true,
        description = "Backs up, lists and restores through a running Holdfast appliance; 'vault' needs none.",
        subcommands = {
            Commands.Status.class,
            Commands.Backup.class,
            Commands.List.class,
            Commands.Restore.class,
            VerifyCommand.class,
            InstantCommands.Recovery.class,
            InstantCommands.BootProof.class,
            SnapshotCommands.Snapshot.class,
            CopyCommand.class,
            Commands.DemoRun.class,
            VaultCommands.Vault.class
        })
final class Main {

    private Main() {}

    /** Runs one command and ends the process with its code. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        CommandLine line = new CommandLine(new Main());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler((e, args) -> {
            System.err.println("holdfast: " + e.getMessage() + " ('holdfast --help' shows what there is)");
            return ExitCode.FAILED.code();
        });
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            if (e instanceof CommandException failure) {
                System.err.println("holdfast: " + failure.getMessage());
                return failure.code().code();
            }
            System.err.println("holdfast: a defect of this tool: " + e);
            e.printStackTrace();
            return ExitCode.DEFECT.code();
        });
        return line.execute(arguments);
    }
}
