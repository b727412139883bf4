package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * Moves the disks of a machine that runs from a backup to images of the host: one {@code blockcopy} each, all at the same time; when
 * all are in step, the machine goes over. A disk that has gone over stays where it is, whatever becomes of the others.
 */
final class StorageMove {

    private static final long LOOK_MILLIS = 300;
    private static final int ATTEMPTS = 3;
    private static final long SOON_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Looks after the machine meanwhile. */
    interface Tending {
        boolean look() throws PluginException;
    }

    private final Provider provider;
    private final InstantPlan plan;
    private final TaskContext context;
    private Optional<SideEffectJournal.Entry> entry;

    /** @param entry what an earlier move wrote into the journal */
    StorageMove(Provider provider, InstantPlan plan, TaskContext context, Optional<SideEffectJournal.Entry> entry) {
        this.provider = provider;
        this.plan = plan;
        this.context = context;
        this.entry = entry;
    }

    Optional<SideEffectJournal.Entry> known() {
        return entry;
    }

    SideEffectJournal.Entry entry() throws PluginException {
        if (entry.isEmpty()) {
            entry = Optional.of(provider.record(context, Cleanup.INSTANT_IMAGES, plan.details()));
        }
        return entry.get();
    }

    /** Ends what a move has left that did not come to its end; the machine goes on from the backup. */
    void abandon() throws PluginException {
        if (entry.isEmpty() || !provider.virsh().uuids().contains(plan.uuid())) {
            return;
        }
        for (String target : copying()) {
            provider.virsh().attempt(Virsh.LIMIT, "blockjob", "--domain=" + plan.uuid(), "--path=" + target, "--abort");
        }
        new InstantFiles(provider, plan).removeUnusedImages();
    }

    /** @return whether the machine runs */
    boolean run(Tending tending) throws PluginException {
        entry();
        List<String> left = new ArrayList<>(plan.targets());
        boolean runs = provider.virsh().stats(plan.uuid()).active();
        if (!runs) {
            provider.virsh()
                    .must("cannot start the machine for its move", "start", "--paused", "--domain=" + plan.uuid());
        }
        try {
            left.removeAll(plan.movedTargets(machine()));
            abandon();
            requireDirectories(left);
            copy(left, tending);
            for (String target : List.copyOf(left)) {
                pivot(target);
                left.remove(target);
            }
        } catch (PluginException e) {
            abandonQuietly();
            throw e;
        } finally {
            if (!runs) {
                provider.virsh().attempt(Virsh.LIMIT, "destroy", "--domain=" + plan.uuid());
            }
        }
        return runs;
    }

    private Machine machine() throws PluginException {
        return Machine.parse(provider.virsh().running(plan.uuid()));
    }

    private void abandonQuietly() {
        try {
            abandon();
        } catch (PluginException e) {
            context.log().warn("images that were not completed are removed later: " + e.getMessage());
        }
    }

    private void requireDirectories(List<String> targets) throws PluginException {
        Set<String> directories = new HashSet<>();
        targets.forEach(it -> directories.add(ImportPlan.parent(plan.images().getOrDefault(it, "/"))));
        for (String directory : directories) {
            if (!provider.commands().run("test", "-d", directory).good()) {
                throw new PluginException(
                        ErrorKind.NOT_FOUND,
                        "there is no directory " + Commands.printable(directory) + " on "
                                + provider.host().name() + "; make it, then move the machine");
            }
        }
    }

    private void begin(String target) throws PluginException {
        Document document = Xml.create("disk");
        Element disk = document.getDocumentElement();
        disk.setAttribute("type", "file");
        Xml.add(disk, "driver", "type", "qcow2");
        Xml.add(disk, "source", "file", plan.images().getOrDefault(target, ""));
        String file = plan.directory() + "/image.xml";
        provider.commands().writeFile(file, Xml.format(document).getBytes(StandardCharsets.UTF_8));
        provider.virsh()
                .must(
                        "cannot copy disk " + Commands.printable(target),
                        "blockcopy",
                        "--domain=" + plan.uuid(),
                        "--path=" + target,
                        "--xml=" + file,
                        "--transient-job");
    }

    /**
     * Until every copy is in step with its disk. A copy that ends as soon as it was begun is begun once more: the first request to a disk
     * whose node was away fails, since it only begins to connect again.
     */
    private void copy(List<String> targets, Tending tending) throws PluginException {
        for (int attempt = 1; ; attempt++) {
            long begun = System.nanoTime();
            for (String target : targets) {
                begin(target);
            }
            Optional<String> ended = await(targets, tending);
            if (ended.isEmpty()) {
                return;
            }
            if (attempt == ATTEMPTS || System.nanoTime() - begun > SOON_NANOS) {
                throw endedEarly(ended.get());
            }
            context.log().info("the copy of disk " + Commands.printable(ended.get()) + " has ended early; begun again");
            abandon();
            pause();
        }
    }

    /** @return the disk whose copy has ended before it was in step; empty if all are */
    private Optional<String> await(List<String> targets, Tending tending) throws PluginException {
        while (!targets.isEmpty()) {
            context.cancellation().throwIfCancelled();
            tending.look();
            Document running = machine().document();
            int ready = 0;
            for (String target : targets) {
                Element mirror = mirror(running, target);
                if (mirror == null) {
                    return Optional.of(target);
                }
                ready += mirror.getAttribute("ready").equals("yes") ? 1 : 0;
            }
            context.progress().step("Moving to production: " + ready + " of " + targets.size() + " disks are copied");
            if (ready == targets.size()) {
                return Optional.empty();
            }
            pause();
        }
        return Optional.empty();
    }

    private PluginException endedEarly(String target) {
        return new PluginException(
                ErrorKind.QUOTA,
                "the copy of disk " + Commands.printable(target) + " has ended early; see whether there is room in "
                        + Commands.printable(ImportPlan.parent(plan.images().getOrDefault(target, "/")))
                        + ", and the machine's log on the host");
    }

    private static @org.jspecify.annotations.Nullable Element mirror(Document running, String target) {
        Element devices = Xml.child(running.getDocumentElement(), "devices");
        if (devices == null) {
            return null;
        }
        return Xml.children(devices, "disk").stream()
                .filter(it -> Xml.attribute(it, "target", "dev").equals(target))
                .map(it -> Xml.child(it, "mirror"))
                .filter(java.util.Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private List<String> copying() throws PluginException {
        Document running = machine().document();
        return plan.targets().stream().filter(it -> mirror(running, it) != null).toList();
    }

    private void pivot(String target) throws PluginException {
        provider.virsh()
                .must(
                        "cannot go over to the copy of disk " + Commands.printable(target),
                        "blockjob",
                        "--domain=" + plan.uuid(),
                        "--path=" + target,
                        "--pivot");
    }

    private static void pause() throws PluginException {
        try {
            new CountDownLatch(1).await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException(ErrorKind.CANCELLED, "interrupted while a machine was moved", e);
        }
    }
}
