package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.source.EntryPath;
import java.util.ArrayList;
import java.util.List;

/** A file of this restore that gets further names. They are made when it is whole, by whoever completes it. */
final class RestoredFile {

    /** What became of the file. */
    enum State {
        WRITING,
        /** Whole, or left because it was as in the backup. */
        WHOLE,
        /** Left by the overwrite rule with contents of its own. */
        LEFT,
        FAILED
    }

    /** A further name that waits. */
    interface WaitingLink {
        void make();
    }

    private final EntryPath path;
    private State state;
    private long device;
    private long inode;
    private final List<WaitingLink> waiting = new ArrayList<>();

    RestoredFile(EntryPath path, State state, long device, long inode) {
        this.path = path;
        this.state = state;
        this.device = device;
        this.inode = inode;
    }

    EntryPath path() {
        return path;
    }

    synchronized boolean is(FileStat stat) {
        return stat.device() == device && stat.inode() == inode;
    }

    /** Takes a link if the file is still being written; otherwise the caller acts on the returned state. */
    synchronized State stateOr(WaitingLink link) {
        if (state == State.WRITING) {
            waiting.add(link);
        }
        return state;
    }

    void whole(long onDevice, long withInode) {
        finish(State.WHOLE, onDevice, withInode);
    }

    void failed() {
        finish(State.FAILED, 0, 0);
    }

    private void finish(State end, long onDevice, long withInode) {
        List<WaitingLink> now;
        synchronized (this) {
            state = end;
            device = onDevice;
            inode = withInode;
            now = List.copyOf(waiting);
            waiting.clear();
        }
        now.forEach(WaitingLink::make);
    }

    synchronized State state() {
        return state;
    }
}
