package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.strategy.StrategyCapability;
import io.holdfast.spi.strategy.StrategyType;
import io.holdfast.testkit.contract.StrategyContract;
import io.holdfast.testkit.lab.Lab;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** The contract of strategies, on a machine without a guest that runs under a real libvirt. */
@Lab(KvmLab.NEEDED)
class LibvirtContractTest extends StrategyContract {

    private static final String ABSENT = "00000000-0000-4000-8000-000000000000";

    private @Nullable KvmLab lab;
    private String machine = "";
    private String snapshotMachine = "";
    private int changes;

    private KvmLab lab() {
        return Objects.requireNonNull(lab);
    }

    @Override
    protected StrategyType type() {
        return new LibvirtStrategyType();
    }

    @Override
    protected Map<String, List<String>> newProvider(Path scratch) throws Exception {
        lab = new KvmLab(UUID.randomUUID().toString().substring(0, 8));
        Path first = lab().image("first.qcow2", "qcow2", "16M");
        Path second = lab().image("second.raw", "raw", "2M");
        KvmLab.must("qemu-io", "-f", "qcow2", "-c", "write -P 17 1M 3M", first.toString());
        KvmLab.must("qemu-io", "-f", "raw", "-c", "write -P 18 64k 100k", second.toString());
        machine = lab().define(
                        "contract " + UUID.randomUUID(),
                        new KvmLab.Disk("vda", "qcow2", first),
                        new KvmLab.Disk("vdb", "raw", second));
        lab().virsh("start", machine);
        return lab().localProvider();
    }

    @AfterEach
    void clear() throws Exception {
        if (lab != null) {
            String restored = lab().uuid(restoredName());
            if (!restored.isEmpty()) {
                lab().adopt(restored);
            }
            lab().clear();
        }
    }

    @Override
    protected String instanceId() {
        return machine;
    }

    @Override
    protected void changeInstance() throws Exception {
        changes++;
        lab().writeInto(machine, changes * 65_536L, 4096, 100 + changes);
    }

    /** A raw disk can have no snapshots: another machine, which has none. */
    @Override
    protected String snapshotInstanceId() throws Exception {
        if (snapshotMachine.isEmpty()) {
            Path image = lab().image("snapshots.qcow2", "qcow2", "16M");
            KvmLab.must("qemu-io", "-f", "qcow2", "-c", "write -P 17 1M 3M", image.toString());
            snapshotMachine = lab().define("snapshots of " + machine, new KvmLab.Disk("vda", "qcow2", image));
            lab().virsh("start", snapshotMachine);
        }
        return snapshotMachine;
    }

    @Override
    protected void changeSnapshotInstance() throws Exception {
        changes++;
        lab().writeInto(snapshotInstanceId(), changes * 65_536L, 4096, 100 + changes);
    }

    @Override
    protected String takeForeignSnapshot() throws Exception {
        lab().virsh("snapshot-create-as", "--domain=" + snapshotInstanceId(), "--name=-by hand");
        return "-by hand";
    }

    /** The checkpoint of the last backup stays; more than one is too many. */
    @Override
    protected List<String> leftovers() throws Exception {
        List<String> left = new ArrayList<>();
        if (lab().hasJob(machine)) {
            left.add("job");
        }
        lab().scratchFiles().forEach(file -> left.add(file.toString()));
        List<String> checkpoints = lab().checkpoints(machine);
        if (checkpoints.size() > 1) {
            left.addAll(checkpoints);
        }
        if (lab().uuid(restoredName()).isEmpty()) {
            lab().imageFiles().stream()
                    .map(Path::toString)
                    .filter(name -> !name.endsWith("first.qcow2") && !name.endsWith("second.raw"))
                    .filter(name -> !name.endsWith("snapshots.qcow2"))
                    .forEach(left::add);
        }
        return left;
    }

    private String restoredName() {
        return "restored of " + machine;
    }

    @Override
    protected Map<String, List<String>> restoreSettings() {
        return Map.of("name", List.of(restoredName()));
    }

    @Override
    protected String restoredId() {
        try {
            String uuid = lab().uuid(restoredName());
            return uuid.isEmpty() ? ABSENT : uuid;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected Set<StrategyCapability> missingCapabilities() {
        return Set.of(StrategyCapability.PARTIAL_IMPORT); // disks have no entries
    }
}
