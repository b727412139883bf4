package io.holdfast.transport.nbd.internal.server;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Where the content of each cluster is, and which clusters have changed since the last flush. */
public final class ClusterMap {

    /** Where the content of a cluster is. */
    public enum State {
        /** In what lies below. */
        BASE,
        /** In the data file. */
        DATA,
        /** Nowhere: it reads as zeroes. */
        ZERO
    }

    /** Adjoining clusters of one state. */
    public record Run(int first, int count, State state) {}

    private final BitSet data = new BitSet();
    private final BitSet zero = new BitSet();
    private final BitSet changed = new BitSet();
    private final int clusters;

    /** Everything is below. */
    public ClusterMap(int clusters) {
        this.clusters = clusters;
    }

    /** Where the cluster is. */
    public synchronized State get(int cluster) {
        return data.get(cluster) ? State.DATA : zero.get(cluster) ? State.ZERO : State.BASE;
    }

    /** The state of the cluster has changed and has to be made durable. */
    public synchronized void change(int cluster, State state) {
        if (get(cluster) != state) {
            restore(new Run(cluster, 1, state));
            changed.set(cluster);
        }
    }

    /** What a journal says. */
    public synchronized void restore(Run run) {
        data.set(run.first, run.first + run.count, run.state == State.DATA);
        zero.set(run.first, run.first + run.count, run.state == State.ZERO);
    }

    /** The changes since the last call, with the states of this moment. */
    public synchronized List<Run> takeChanges() {
        var runs = new ArrayList<Run>();
        for (int at = changed.nextSetBit(0); at >= 0; at = changed.nextSetBit(at)) {
            Run run = run(at, changed.nextClearBit(at));
            runs.add(run);
            at += run.count;
        }
        changed.clear();
        return runs;
    }

    /** The clusters from here on that have the same state as the first one. */
    public synchronized Run run(int first, int end) {
        State state = get(first);
        int stop = first + 1;
        while (stop < Math.min(end, clusters) && get(stop) == state) {
            stop++;
        }
        return new Run(first, stop - first, state);
    }
}
