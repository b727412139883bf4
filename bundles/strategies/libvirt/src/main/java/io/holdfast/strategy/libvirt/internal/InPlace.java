package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.strategy.DiskTarget;
import io.holdfast.transport.nbd.NbdClient;
import io.holdfast.transport.nbd.NbdConnectOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.w3c.dom.Element;

/**
 * The images of a machine that are restored where they are. From the first block that is written until the last, the machine is
 * marked in its definition, and its image files have another name: a machine that is half restored does not start, and is not taken
 * for a whole one. Another restore finds the files under either name.
 */
final class InPlace {

    static final String JOURNAL = "libvirt-in-place";
    static final String SUFFIX = ".holdfast-incomplete";

    private static final String NAMESPACE = "urn:holdfast:restore";
    private static final String MARK = "incomplete";

    private final Provider provider;
    private final ImportPlan plan;
    private final TaskContext context;
    private final SideEffectJournal.Entry entry;
    private final Map<String, Place> renamed = new LinkedHashMap<>();
    private boolean marked;

    InPlace(Provider provider, ImportPlan plan, TaskContext context) throws PluginException {
        this.provider = provider;
        this.plan = plan;
        this.context = context;
        this.entry = provider.record(context, JOURNAL, Map.of("machine", plan.uuid()));
    }

    /** Whether the definition says that the machine is half restored. */
    static boolean isMarked(Machine machine) {
        return mark(machine).isPresent();
    }

    private static Optional<Element> mark(Machine machine) {
        Element metadata = Xml.child(machine.document().getDocumentElement(), "metadata");
        if (metadata == null) {
            return Optional.empty();
        }
        return Xml.children(metadata).stream()
                .filter(child -> child.getTagName().endsWith(":" + MARK)
                        && child.getAttribute("xmlns:" + child.getTagName().replaceFirst(":.*", ""))
                                .equals(NAMESPACE))
                .findFirst();
    }

    /** Takes the mark out of a definition that was backed up with it. */
    static void unmark(Machine machine) {
        mark(machine).ifPresent(mark -> mark.getParentNode().removeChild(mark));
    }

    private static Place incomplete(Place place) {
        return new Place(place.block(), place.path() + SUFFIX, place.format(), "", "");
    }

    /**
     * Opens a disk to be compared and written.
     *
     * @param whenComplete what else is to be done when it is
     * @return empty if what is there is not of that size
     */
    Optional<DiskTarget> open(
            String name, long size, int number, ImageServers servers, NbdConnections connections, Runnable whenComplete)
            throws PluginException {
        Place place = plan.inPlace().get(name);
        if (place == null) {
            return Optional.empty();
        }
        Place now = find(name, place);
        servers.start(number, now.path(), now.format(), false);
        NbdClient client = connections.connect(servers.socket(number), "", NbdConnectOptions.BASE_ALLOCATION);
        if (client.size() != size) {
            context.log()
                    .info("disk " + Commands.printable(name) + " has " + client.size() + " bytes and had " + size
                            + " in the backup; it gets a new image");
            connections.close(client);
            servers.stop(number);
            return Optional.empty();
        }
        return Optional.of(new DifferentialTarget(
                name, client, context.cancellation(), new Disk(name, place, number, servers, whenComplete)));
    }

    /** The image under its name, or the one that it was given by a restore that did not end. */
    private synchronized Place find(String name, Place place) throws PluginException {
        Place other = incomplete(place);
        if (place.block() || !provider.commands().exists(other.path())) {
            return place;
        }
        if (provider.commands().exists(place.path())) {
            throw new PluginException(
                    ErrorKind.CONFLICT,
                    "there are both " + Commands.printable(place.path()) + " and " + Commands.printable(other.path())
                            + " from an interrupted restore; remove the wrong one");
        }
        renamed.put(name, place);
        return other;
    }

    private synchronized void beforeFirstWrite(String name, Place place) throws PluginException {
        if (!marked) {
            String what = "cannot mark the machine as half restored";
            // what it would go on from does not fit its disks any more
            provider.virsh().must(what, "managedsave-remove", "--domain=" + plan.uuid());
            provider.virsh()
                    .must(
                            what,
                            "metadata",
                            "--domain=" + plan.uuid(),
                            "--uri=" + NAMESPACE,
                            "--key=holdfast",
                            "--set=<" + MARK + "/>",
                            "--config");
            marked = true;
        }
        if (!place.block() && !renamed.containsKey(name)) {
            rename(place, incomplete(place));
            renamed.put(name, place);
        }
    }

    private void rename(Place from, Place to) throws PluginException {
        provider.commands()
                .must("cannot rename " + Commands.printable(from.path()), "mv", "-T", "--", from.path(), to.path());
    }

    /** Gives the images their names back: they are whole. */
    synchronized void finish() throws PluginException {
        for (Place place : renamed.values()) {
            rename(incomplete(place), place);
        }
        renamed.clear();
    }

    /** The machine is defined anew, without the mark. */
    synchronized void finished() throws PluginException {
        marked = false;
        entry.undone();
    }

    /** Says what the machine is like if the restore has not ended. */
    synchronized void close() {
        try {
            if (marked) {
                context.log().warn(halfRestored(plan.name()));
            }
            entry.undone();
        } catch (PluginException e) {
            context.log().warn("the journal was not reached: " + e.getMessage());
        }
    }

    private static String halfRestored(String name) {
        return "THE MACHINE '" + Commands.printable(name) + "' IS HALF RESTORED and of no use; its images are called *"
                + SUFFIX + " until it is restored again, with the same settings or over it with new images";
    }

    /** Tells what a restore whose node died has left. Another restore removes it; nothing else can. */
    static void report(Provider provider, SideEffectJournal.Entry entry, TaskContext context) throws PluginException {
        String uuid = Uuids.require(Cleanup.of(entry.details(), "machine"));
        if (provider.virsh().uuids().contains(uuid)) {
            Machine machine = Machine.parse(provider.virsh().definition(uuid));
            if (isMarked(machine)) {
                context.log().warn(halfRestored(machine.name()));
            }
        }
        entry.undone();
    }

    private final class Disk implements DifferentialTarget.Owner {

        private final String name;
        private final Place place;
        private final int number;
        private final ImageServers servers;
        private final Runnable whenComplete;

        Disk(String name, Place place, int number, ImageServers servers, Runnable whenComplete) {
            this.name = name;
            this.place = place;
            this.number = number;
            this.servers = servers;
            this.whenComplete = whenComplete;
        }

        @Override
        public void beforeFirstWrite() throws PluginException {
            InPlace.this.beforeFirstWrite(name, place);
        }

        @Override
        public void completed(long written) throws PluginException {
            servers.stop(number);
            context.log()
                    .info("disk " + Commands.printable(name) + ": " + written + " bytes differed and were written");
            whenComplete.run();
        }

        @Override
        public void abandoned() {
            try {
                servers.stop(number);
            } catch (PluginException e) {
                context.log().warn("a server of an image is left for later removal: " + e.getMessage());
            }
        }
    }
}
