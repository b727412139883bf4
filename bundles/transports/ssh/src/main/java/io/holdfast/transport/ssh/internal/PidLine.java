package io.holdfast.transport.ssh.internal;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Takes the line with the process id, which {@link Scripts#RUN} writes first, out of a command's standard error. What the account's
 * shell may have written before it is passed on like what follows.
 */
final class PidLine extends OutputStream {

    private static final int LONGEST_LINE = 4096;

    private final BoundedOutput rest;
    private final CompletableFuture<Long> pid = new CompletableFuture<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    PidLine(BoundedOutput rest) {
        this.rest = rest;
    }

    /** The process id and number of the process group, once the host has said it. */
    OptionalLong await(long millis) {
        try {
            return OptionalLong.of(pid.get(millis, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return OptionalLong.empty();
        } catch (ExecutionException | TimeoutException e) {
            return OptionalLong.empty();
        }
    }

    @Override
    public synchronized void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int at, int length) {
        int next = at;
        while (next < at + length && !pid.isDone()) {
            line.write(bytes[next]);
            if (bytes[next] == '\n' || line.size() == LONGEST_LINE) {
                take();
            }
            next++;
        }
        rest.write(bytes, next, at + length - next);
    }

    private void take() {
        String text = line.toString(StandardCharsets.US_ASCII).strip();
        if (text.startsWith(Scripts.PID_MARK)
                && text.substring(Scripts.PID_MARK.length()).matches("[1-9][0-9]{0,9}")) {
            pid.complete(Long.parseLong(text.substring(Scripts.PID_MARK.length())));
        } else {
            rest.write(line.toByteArray(), 0, line.size());
        }
        line.reset();
    }

    @Override
    public synchronized void close() {
        // a shell that could not even start ours has said why without an end of line
        rest.write(line.toByteArray(), 0, line.size());
        line.reset();
    }
}
