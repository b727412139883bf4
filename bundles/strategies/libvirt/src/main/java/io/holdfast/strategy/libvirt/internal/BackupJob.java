package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * A backup job in pull mode: QEMU holds the disks of a running machine still and serves them on a unix socket. The documents are
 * described in libvirt's formatbackup.html and formatcheckpoint.html.
 */
final class BackupJob {

    private static final int END_TRIES = 100;
    private static final long END_PAUSE_MILLIS = 100;

    private final Provider provider;
    private final String uuid;
    private final String directory;
    private final int tries;

    BackupJob(Provider provider, String uuid, String directory) {
        this(provider, uuid, directory, END_TRIES);
    }

    /** @param tries how often is looked whether it has ended, with a pause of a tenth of a second after each */
    BackupJob(Provider provider, String uuid, String directory, int tries) {
        this.provider = provider;
        this.uuid = uuid;
        this.directory = directory;
        this.tries = tries;
    }

    String socket() {
        return ScratchSpace.socket(directory);
    }

    /** The metadata context under which QEMU serves what has changed on a disk. */
    static String bitmapContext(String target) {
        return io.holdfast.transport.nbd.NbdConnectOptions.QEMU_DIRTY_BITMAP + "backup-" + target;
    }

    /**
     * Starts the job.
     *
     * @param disks targets to be served
     * @param all targets of the machine
     * @param tracked targets that get a bitmap in the new checkpoint
     * @param checkpoint name of the new checkpoint; empty for none
     * @param base name of the checkpoint since which changes are to be told; empty for none
     */
    Host.Output begin(List<String> disks, List<String> all, Set<String> tracked, String checkpoint, String base)
            throws PluginException {
        String job = directory + "/job.xml";
        provider.commands().writeFile(job, bytes(job(disks, all, tracked, base)));
        if (checkpoint.isEmpty()) {
            return provider.virsh().attempt(Virsh.LIMIT, "backup-begin", "--domain=" + uuid, "--backupxml=" + job);
        }
        String point = directory + "/checkpoint.xml";
        provider.commands().writeFile(point, bytes(checkpoint(checkpoint, all, tracked)));
        return provider.virsh()
                .attempt(
                        Virsh.LIMIT,
                        "backup-begin",
                        "--domain=" + uuid,
                        "--backupxml=" + job,
                        "--checkpointxml=" + point);
    }

    /** Another job runs: libvirt would wait half a minute for its end, and then refuse. */
    static PluginException otherRuns(Provider provider, String uuid) {
        return new PluginException(
                ErrorKind.UNAVAILABLE,
                "another backup of machine " + uuid + " is running on "
                        + provider.host().name()
                        + "; wait for its end, or end it with virsh domjobabort if it was left by somebody");
    }

    private static byte[] bytes(Document document) throws PluginException {
        return Xml.format(document).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    Document job(List<String> disks, List<String> all, Set<String> tracked, String base) throws PluginException {
        Document document = Xml.create("domainbackup");
        Element root = document.getDocumentElement();
        root.setAttribute("mode", "pull");
        Xml.add(root, "server", "transport", "unix", "socket", socket());
        Element list = Xml.add(root, "disks");
        for (String target : all) {
            if (!disks.contains(target)) {
                Xml.add(list, "disk", "name", target, "backup", "no");
                continue;
            }
            Element disk = Xml.add(list, "disk", "name", target, "backup", "yes", "type", "file");
            if (!base.isEmpty() && tracked.contains(target)) {
                disk.setAttribute("backupmode", "incremental");
                disk.setAttribute("incremental", base);
            } else {
                disk.setAttribute("backupmode", "full");
            }
            Xml.add(disk, "scratch", "file", directory + "/" + SessionNames.safe(target, 60) + ".scratch");
        }
        return document;
    }

    static Document checkpoint(String name, List<String> all, Set<String> tracked) throws PluginException {
        Document document = Xml.create("domaincheckpoint");
        Element root = document.getDocumentElement();
        Xml.add(root, "name").setTextContent(name);
        Element list = Xml.add(root, "disks");
        for (String target : all) {
            Xml.add(list, "disk", "name", target, "checkpoint", tracked.contains(target) ? "bitmap" : "no");
        }
        return document;
    }

    /**
     * Ends the job if it is this one. One that has ended, and a machine that is gone, are no failures.
     *
     * @return the machine's state afterwards, if it was seen on the way
     */
    Optional<MachineStats> end() throws PluginException {
        if (!runs()) {
            return Optional.empty();
        }
        Virsh.Batch ended = provider.virsh().endJob(uuid);
        if (runs(ended.output(), ended.said().get(2))) {
            awaitEnd(ended.output());
            return Optional.empty();
        }
        return Optional.of(ended.said().get(1))
                .filter(stats -> !stats.isBlank())
                .map(MachineStats::parse);
    }

    /**
     * libvirt only tells QEMU to end it; the next job, and the removal of its files, must wait until QEMU has.
     *
     * @param told what was said when it was told to end; a complaint there is why it does not, so it is passed on
     */
    private void awaitEnd(Host.Output told) throws PluginException {
        for (int i = 0; i < tries; i++) {
            if (!runs()) {
                return;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(END_PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new PluginException(ErrorKind.CANCELLED, "interrupted while a backup job was ended", e);
            }
        }
        if (!told.err().isBlank()) {
            throw provider.virsh().failure("cannot end the backup job of machine " + uuid, told);
        }
        throw new PluginException(
                ErrorKind.CONFLICT,
                "the backup job of machine " + uuid + " on " + provider.host().name()
                        + " was told to end and has not ended; end it with virsh domjobabort, and look into the log of QEMU if it"
                        + " stays");
    }

    private boolean runs() throws PluginException {
        Host.Output current = provider.virsh().attempt(Virsh.LIMIT, "backup-dumpxml", "--domain=" + uuid);
        return runs(current, current.text());
    }

    /**
     * Whether this job runs; not if there is none, another one, or no machine.
     *
     * @param output whose exit status, and last complaint, is that of the question for the job
     * @param description of the job that runs
     */
    private boolean runs(Host.Output output, String description) throws PluginException {
        if (output.good()) {
            Element job = Xml.parse("the backup job of machine " + uuid, description, "domainbackup")
                    .getDocumentElement();
            return Xml.attribute(job, "server", "socket").equals(socket());
        }
        Host.Output last = new Host.Output(output.exit(), output.out(), Commands.lastLine(output.err()));
        PluginException failure = provider.virsh().failure("cannot see the backup job of machine " + uuid, last);
        if (failure.kind() == ErrorKind.NOT_FOUND) {
            return false;
        }
        throw failure; // a job that goes on must not lose its files
    }
}
