package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.BackupStats;
import java.util.concurrent.atomic.LongAdder;

/** The numbers of an export while it runs. */
final class Counters {

    final LongAdder logicalBytes = new LongAdder();
    final LongAdder readBytes = new LongAdder();
    final LongAdder newBytes = new LongAdder();
    final LongAdder storedBytes = new LongAdder();
    final LongAdder files = new LongAdder();
    final LongAdder filesRead = new LongAdder();
    final LongAdder problems = new LongAdder();
    final LongAdder chunks = new LongAdder();
    final LongAdder newChunks = new LongAdder();
    final LongAdder incompressibleBytes = new LongAdder();

    BackupStats stats(long seconds) {
        return new BackupStats(
                logicalBytes.sum(),
                readBytes.sum(),
                newBytes.sum(),
                storedBytes.sum(),
                files.sum(),
                filesRead.sum(),
                problems.sum(),
                chunks.sum(),
                newChunks.sum(),
                incompressibleBytes.sum(),
                seconds);
    }
}
