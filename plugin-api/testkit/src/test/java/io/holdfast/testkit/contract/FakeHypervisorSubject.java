package io.holdfast.testkit.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.spi.source.EntryAttributes;
import io.holdfast.spi.source.EntryKind;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.ItemChange;
import io.holdfast.spi.strategy.StrategyType;
import io.holdfast.testkit.fake.FakeFile;
import io.holdfast.testkit.fake.FakeHypervisor;
import io.holdfast.testkit.fake.FakeHypervisorType;
import io.holdfast.testkit.fake.FakeItem;
import io.holdfast.testkit.fake.FakeMachine;
import io.holdfast.testkit.fake.TestContents;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The suite on a machine with a source of every shape. */
abstract class FakeHypervisorSubject extends StrategyContract {

    final FakeHypervisor hypervisor = new FakeHypervisor();
    private int changes;

    @Override
    protected StrategyType type() {
        return new FakeHypervisorType(hypervisor);
    }

    @Override
    protected Map<String, List<String>> newProvider(Path scratch) {
        hypervisor.addMachine("other");
        FakeMachine machine = hypervisor.addMachine("web");
        machine.addDisk("vda", 1_000_003).write(5_000, TestContents.bytes(1, 300_000));
        machine.addDisk("vdb", 65_536).write(0, TestContents.bytes(2, 4_096));
        var tree = machine.addTree("root");
        tree.put(EntryPath.of("etc"), FakeFile.directory());
        tree.put(EntryPath.of("etc/hosts"), FakeFile.file("127.0.0.1 localhost".getBytes(UTF_8)));
        tree.put(EntryPath.of("etc/empty"), FakeFile.file(new byte[0]));
        tree.put(EntryPath.of("etc-old"), FakeFile.link("etc".getBytes(UTF_8)));
        tree.put(EntryPath.of("var"), FakeFile.directory());
        tree.put(EntryPath.of("var/log"), FakeFile.file(TestContents.bytes(3, 200_000)));
        tree.put(
                EntryPath.of("var/log2"),
                new FakeFile(
                        EntryKind.HARDLINK,
                        new EntryAttributes(0, 0, 0, 0644, 0, 0, "var/log".getBytes(UTF_8), 0, new byte[0]),
                        new byte[0]));
        machine.addStream("dump", TestContents.bytes(4, 100_000));
        var mails = machine.addItems("mails");
        for (int i = 0; i < 5; i++) {
            ItemChange item = new ItemChange(
                    "id" + i,
                    false,
                    EntryPath.of("inbox/" + i),
                    EntryAttributes.of(1_000, 1_700_000_000L),
                    "{}".getBytes(UTF_8),
                    "v1");
            mails.put("id" + i, new FakeItem(item, TestContents.bytes(i, 1_000)));
        }
        return Map.of();
    }

    @Override
    protected String instanceId() {
        return "web";
    }

    @Override
    protected void changeInstance() {
        changes++;
        hypervisor.machine("web").disk("vda").write(700_000, TestContents.bytes(100 + changes, 5_000));
    }

    @Override
    protected String takeForeignSnapshot() {
        return hypervisor.takeForeignSnapshot("web", "by hand", clock().instant());
    }

    @Override
    protected List<String> leftovers() {
        List<String> left = new ArrayList<>(hypervisor.leftovers());
        List<String> checkpoints = hypervisor.machine("web").checkpoints();
        if (checkpoints.size() > 1) {
            left.addAll(checkpoints);
        }
        return left;
    }

    @Override
    protected Map<String, List<String>> restoreSettings() {
        return Map.of("name", List.of("web-restored"));
    }

    @Override
    protected String restoredId() {
        return "web-restored";
    }
}
