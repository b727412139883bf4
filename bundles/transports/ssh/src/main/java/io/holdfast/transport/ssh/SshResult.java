package io.holdfast.transport.ssh;

import java.nio.charset.StandardCharsets;

/**
 * How a command ended.
 *
 * @param exitCode its exit code, 0 to 255; 128 and more after a signal
 * @param output its standard output; not copied
 * @param errors its standard error; not copied
 */
@SuppressWarnings("ArrayRecordComponent")
public record SshResult(int exitCode, byte[] output, byte[] errors) {

    /** The standard output as UTF-8. */
    public String outputText() {
        return new String(output, StandardCharsets.UTF_8);
    }

    /** The standard error as UTF-8, without white space around it. */
    public String errorText() {
        return new String(errors, StandardCharsets.UTF_8).strip();
    }

    @Override
    public String toString() {
        return "exit code " + exitCode + ", " + output.length + " bytes of output";
    }
}
