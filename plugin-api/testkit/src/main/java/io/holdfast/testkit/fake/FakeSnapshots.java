package io.holdfast.testkit.fake;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.SnapshotConsistency;
import io.holdfast.spi.strategy.SnapshotInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The snapshots of {@link FakeHypervisor} that are meant to stay. Guarded by the hypervisor. */
final class FakeSnapshots {

    private record Kept(String machine, SnapshotInfo info, FakeMachine state) {}

    private final Map<String, Kept> all = new LinkedHashMap<>();
    private final Map<String, String> current = new LinkedHashMap<>();

    SnapshotInfo add(
            FakeMachine state,
            String id,
            String name,
            String description,
            boolean ours,
            boolean quiesced,
            Instant now) {
        SnapshotInfo info = new SnapshotInfo(
                id,
                name,
                now,
                ours,
                description,
                Optional.ofNullable(current.get(state.id())),
                false,
                quiesced ? SnapshotConsistency.APPLICATION : SnapshotConsistency.CRASH,
                -1);
        all.put(id, new Kept(state.id(), info, state));
        current.put(state.id(), id);
        return shown(all.get(id));
    }

    List<SnapshotInfo> of(String machine) {
        List<SnapshotInfo> found = new ArrayList<>();
        all.values().stream().filter(s -> s.machine().equals(machine)).forEach(s -> found.add(shown(s)));
        return found;
    }

    FakeMachine revert(String machine, String id) throws PluginException {
        Kept kept = all.get(id);
        if (kept == null || !kept.machine().equals(machine)) {
            throw new PluginException(ErrorKind.NOT_FOUND, "machine '" + machine + "' has no snapshot '" + id + "'");
        }
        current.put(machine, id);
        return kept.state();
    }

    void remove(String id) {
        Kept gone = all.remove(id);
        if (gone == null) {
            return;
        }
        Optional<String> parent = gone.info().parent();
        if (id.equals(current.get(gone.machine()))) {
            parent.ifPresentOrElse(p -> current.put(gone.machine(), p), () -> current.remove(gone.machine()));
        }
        all.replaceAll((other, kept) -> kept.info().parent().equals(Optional.of(id))
                ? new Kept(kept.machine(), with(kept.info(), parent, false), kept.state())
                : kept);
    }

    private SnapshotInfo shown(Kept kept) {
        boolean here = kept.info().id().equals(current.get(kept.machine()));
        return with(kept.info(), kept.info().parent(), here);
    }

    private static SnapshotInfo with(SnapshotInfo s, Optional<String> parent, boolean current) {
        return new SnapshotInfo(
                s.id(),
                s.name(),
                s.created(),
                s.ours(),
                s.description(),
                parent,
                current,
                s.consistency(),
                s.sizeBytes());
    }
}
