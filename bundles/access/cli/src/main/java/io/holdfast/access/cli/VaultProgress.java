package io.holdfast.access.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.spi.context.Progress;

/** Shows how far work of this process is. Safe for use from any thread. */
final class VaultProgress implements Progress {

    private static final long REDRAW_NANOS = 200_000_000L;

    private final Terminal terminal;
    private final String what;
    private final long start = System.nanoTime();
    private long shown = start;
    private long expected;
    private long done;
    private String step = "";

    VaultProgress(Terminal terminal, String what) {
        this.terminal = terminal;
        this.what = what;
    }

    @Override
    public synchronized void expect(long bytes, long items) {
        expected += bytes;
    }

    @Override
    public synchronized void done(long bytes, long items) {
        done += bytes;
        show(false);
    }

    @Override
    public synchronized void step(String description) {
        step = description;
        show(true);
    }

    private void show(boolean now) {
        long time = System.nanoTime();
        if (!now && time - shown < REDRAW_NANOS) {
            return;
        }
        shown = time;
        long perSecond = (long) (done * 1e9 / Math.max(1, time - start));
        ObjectNode message = ApplianceClient.object();
        message.put("step", step);
        message.put("bytes_done", done);
        message.put("total_bytes", expected);
        message.put("bytes_per_second", perSecond);
        String far = done == 0
                ? step
                : Sizes.bytes(done) + (expected > done ? " of " + Sizes.bytes(expected) : "") + ", "
                        + Sizes.bytes(perSecond) + "/s  " + step;
        terminal.progress(what + ": " + far, message);
    }
}
