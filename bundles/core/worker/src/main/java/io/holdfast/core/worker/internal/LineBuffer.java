package io.holdfast.core.worker.internal;

import io.holdfast.core.worker.TaskReport.LogLine;
import io.holdfast.spi.context.TaskLog;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Lines of a task's log on their way to the control plane. Bounded: a plugin that talks too much is cut short. */
final class LineBuffer implements TaskLog {

    private static final int WAITING = 500;
    private static final int IN_ALL = 10_000;

    private final Clock clock;
    private final Deque<LogLine> lines = new ArrayDeque<>();
    private int written;
    private long leftOut;
    private boolean warned;

    LineBuffer(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void info(String message) {
        add(message, false);
    }

    @Override
    public void warn(String message) {
        add(message, true);
    }

    private synchronized void add(String message, boolean warning) {
        warned |= warning;
        if (lines.size() >= WAITING || written >= IN_ALL) {
            leftOut++;
            return;
        }
        written++;
        lines.add(new LogLine(clock.instant(), warning, LogText.line(message)));
    }

    /** Whether anything was worth a warning. */
    synchronized boolean warned() {
        return warned;
    }

    /** Takes what is waiting. */
    synchronized List<LogLine> take() {
        List<LogLine> taken = new ArrayList<>(lines);
        lines.clear();
        if (leftOut > 0) {
            taken.add(new LogLine(clock.instant(), true, leftOut + " further lines were left out"));
            leftOut = 0;
        }
        return taken;
    }

    /** Puts lines back that could not be delivered. */
    synchronized void putBack(List<LogLine> taken) {
        for (int i = taken.size() - 1; i >= 0; i--) {
            lines.addFirst(taken.get(i));
        }
    }
}
