package io.holdfast.transport.ssh;

import java.time.Duration;

/**
 * How to run a command.
 *
 * @param input what the command reads on its standard input, which then ends; not copied
 * @param timeout how long the command may take
 * @param maxOutput how many bytes of standard output, and of standard error, are kept at most
 */
@SuppressWarnings("ArrayRecordComponent")
public record ExecOptions(byte[] input, Duration timeout, int maxOutput) {

    private static final int SIXTEEN_MIB = 16 << 20;

    /** No input, a minute, 16 MiB. */
    public static ExecOptions standard() {
        return new ExecOptions(new byte[0], Duration.ofMinutes(1), SIXTEEN_MIB);
    }

    /** The same with input. */
    public ExecOptions withInput(byte[] bytes) {
        return new ExecOptions(bytes, timeout, maxOutput);
    }

    /** The same with another limit of time. */
    public ExecOptions withTimeout(Duration limit) {
        return new ExecOptions(input, limit, maxOutput);
    }
}
