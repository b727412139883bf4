package io.holdfast.itests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Programs of the system, run to their end. */
public final class Command {

    private Command() {}

    /** Runs a program that must succeed; gives what it wrote. */
    public static String run(String... command) {
        Result result = tryToRun(List.of(command));
        if (result.status() != 0) {
            throw new IllegalStateException(
                    String.join(" ", command) + " ended with " + result.status() + ": " + result.output());
        }
        return result.output();
    }

    /** Runs a program that may fail. */
    public static Result tryToRun(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            return new Result(process.waitFor(), output.strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * How a program ended.
     *
     * @param status its exit status
     * @param output everything it wrote
     */
    public record Result(int status, String output) {}
}
