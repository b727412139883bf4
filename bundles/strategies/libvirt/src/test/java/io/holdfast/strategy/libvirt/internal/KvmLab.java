package io.holdfast.strategy.libvirt.internal;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The KVM host of {@code itests/lab/kvmhost.sh}, seen with its own tools and not through the plugin. */
final class KvmLab {

    static final String NEEDED = "a KVM host: HOLDFAST_LAB_KVM=$(itests/lab/kvmhost.sh start)";

    private static final Pattern BITMAPS = Pattern.compile("\"dirty-bitmaps\":\\s*\\[([^\\]]*)\\]");
    private static final Pattern NAME = Pattern.compile("\"name\":\\s*\"([^\"]*)\"");

    private final Path directory;
    private final Properties host = new Properties();
    private final List<String> machines = new ArrayList<>();
    private final List<String> pools = new ArrayList<>();
    private final Path images;
    private final Path scratch;
    private final List<String> mounts = new ArrayList<>();

    /** @param own an unused name of at most 8 characters for this test's directories on the host */
    KvmLab(String own) throws IOException {
        this(host(), own);
    }

    private static Path host() {
        String lab = System.getenv("HOLDFAST_LAB_KVM");
        if (lab == null || lab.isEmpty()) {
            throw new IllegalStateException("lab tests were asked for (-Dlab), but HOLDFAST_LAB_KVM is not set;"
                    + " export HOLDFAST_LAB_KVM=$(itests/lab/kvmhost.sh start)");
        }
        return Path.of(lab);
    }

    /** @param directory of the host */
    KvmLab(Path directory, String own) throws IOException {
        this.directory = directory;
        try (Reader reader = Files.newBufferedReader(directory.resolve("host.properties"))) {
            host.load(reader);
        }
        images = Files.createDirectories(directory.resolve("images").resolve(own));
        scratch = Files.createDirectories(directory.resolve("scratch").resolve(own));
    }

    /** Starts another host beside this one, which sees the same files; to be stopped by {@link #other} with {@code stop}. */
    static Path other(String command) throws IOException, InterruptedException {
        Path script = Path.of("").toAbsolutePath();
        while (!Files.exists(script.resolve("itests/lab/kvmhost.sh"))) {
            script = script.getParent();
        }
        Path beside = host().resolveSibling("other");
        Files.createDirectories(beside.resolve("kvm"));
        if (!Files.exists(beside.resolve("kvm/guest.qcow2"))) {
            Files.copy(host().resolve("guest.qcow2"), beside.resolve("kvm/guest.qcow2"));
        }
        must(
                "env",
                "HOLDFAST_LAB=" + beside,
                script.resolve("itests/lab/kvmhost.sh").toString(),
                command);
        return beside.resolve("kvm");
    }

    Path home() {
        return directory;
    }

    Path images() {
        return images;
    }

    /** The guest that boots. */
    Path guest() {
        return directory.resolve("guest.qcow2");
    }

    /** The settings of the host as one that the node itself runs on. */
    Map<String, List<String>> localProvider() {
        return Map.of(
                "connection", List.of("local"),
                "uri", List.of(uri()),
                "scratchDirectory", List.of(scratch.toString()));
    }

    /** The settings of the host as another one. */
    Map<String, List<String>> sshProvider() throws IOException {
        return Map.of(
                "host", List.of("127.0.0.1"),
                "port", List.of(host.getProperty("sshPort")),
                "user", List.of(host.getProperty("user")),
                "privateKey", List.of(Files.readString(directory.resolve("ssh/id"))),
                "hostKey", List.of(host.getProperty("hostKey")),
                "scratchDirectory", List.of(scratch.toString()));
    }

    String uri() {
        return host.getProperty("uri");
    }

    String virsh(String... command) throws IOException, InterruptedException {
        Host.Output output = tryVirsh(command);
        if (!output.good()) {
            throw new IOException("virsh " + Arrays.toString(command) + ": " + output.err());
        }
        return output.text().strip();
    }

    Host.Output tryVirsh(String... command) throws IOException, InterruptedException {
        List<String> argv = new ArrayList<>(List.of("virsh", "-q", "-c", uri()));
        argv.addAll(List.of(command));
        return run(argv);
    }

    static Host.Output run(List<String> argv) throws IOException, InterruptedException {
        Path out = Files.createTempFile("lab", ".out");
        Path err = Files.createTempFile("lab", ".err");
        try {
            Process process = new ProcessBuilder(argv)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            process.getOutputStream().close();
            int exit = process.waitFor();
            return new Host.Output(exit, Files.readAllBytes(out), Files.readString(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    static void must(String... argv) throws IOException, InterruptedException {
        Host.Output output = run(List.of(argv));
        if (!output.good()) {
            throw new IOException(Arrays.toString(argv) + ": " + output.err());
        }
    }

    /** A disk of a machine to be defined. */
    record Disk(String target, String format, Path file) {}

    /** Defines a machine that emulates, and gives its UUID. */
    String define(String name, Disk... disks) throws IOException, InterruptedException {
        return define(name, "", disks);
    }

    /** Defines a machine that emulates and has further devices. */
    String define(String name, String devices, Disk... disks) throws IOException, InterruptedException {
        StringBuilder xml = new StringBuilder("<domain type='qemu'><name>" + escaped(name)
                + "</name><title>A machine of the lab</title><memory unit='MiB'>192</memory><vcpu>1</vcpu>"
                + "<os><type arch='x86_64' machine='q35'>hvm</type></os><devices>");
        for (Disk disk : disks) {
            xml.append("<disk type='file' device='disk'><driver name='qemu' type='" + disk.format()
                    + "' discard='unmap'/><source file='" + escaped(disk.file().toString()) + "'/><target dev='"
                    + disk.target() + "' bus='virtio'/></disk>");
        }
        xml.append("<disk type='file' device='cdrom'><target dev='sda' bus='sata'/><readonly/></disk>"
                + "<interface type='user'><model type='virtio'/></interface>"
                + "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"
                + "<serial type='null'/>" + devices + "</devices></domain>");
        Path file = Files.createTempFile("lab", ".xml");
        try {
            Files.writeString(file, xml, StandardCharsets.UTF_8);
            virsh("define", file.toString());
        } finally {
            Files.delete(file);
        }
        String uuid = uuid(name);
        machines.add(uuid);
        return uuid;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&apos;");
    }

    /** The UUID of the machine of that name, empty if there is none. */
    String uuid(String name) throws IOException, InterruptedException {
        for (String uuid : virsh("list", "--all", "--uuid").split("\n")) {
            if (!uuid.isBlank() && virsh("domname", uuid.strip()).equals(name.strip())) {
                return uuid.strip();
            }
        }
        return "";
    }

    /** Makes a storage pool of files, and gives its directory. */
    Path pool(String name) throws IOException, InterruptedException {
        Path target = Files.createDirectories(images.resolve(name));
        virsh("pool-create-as", name, "dir", "--target", target.toString());
        pools.add(name);
        return target;
    }

    /** To be removed at the end. */
    void adopt(String uuid) {
        machines.add(uuid);
    }

    /** A file of the host as the host itself sees it. */
    Path onHost(Path path) throws IOException {
        return Path.of("/proc/" + Files.readString(directory.resolve("ns.pid")).strip() + "/root" + path);
    }

    Path image(String name, String format, String size) throws IOException, InterruptedException {
        Path file = images.resolve(name);
        must("qemu-img", "create", "-q", "-f", format, file.toString(), size);
        return file;
    }

    /** Writes to the first disk of a running machine as its guest would. */
    void writeInto(String uuid, long offset, int length, int pattern) throws IOException, InterruptedException {
        writeInto(uuid, 0, offset, length, pattern);
    }

    /** Writes to a disk of a running machine as its guest would; 0 is {@code vda}. */
    void writeInto(String uuid, int disk, long offset, int length, int pattern)
            throws IOException, InterruptedException {
        io(uuid, disk, "write -P " + pattern + " " + offset + " " + length);
    }

    /** Makes sure that what was written survives a crash. */
    void flush(String uuid, int disk) throws IOException, InterruptedException {
        io(uuid, disk, "flush");
    }

    private void io(String uuid, int disk, String command) throws IOException, InterruptedException {
        String said = virsh(
                "qemu-monitor-command",
                uuid,
                "--hmp",
                "qemu-io -d /machine/peripheral/virtio-disk" + disk + "/virtio-backend \"" + command + "\"");
        if (!said.isEmpty()) { // it says how much it wrote to QEMU's own output
            throw new IOException("nothing was written: " + said);
        }
    }

    /** Defines a machine that existed before. */
    void defineAgain(String definition) throws IOException, InterruptedException {
        Path file = Files.writeString(images.resolve("again.xml"), definition);
        virsh("define", file.toString());
        Files.delete(file);
    }

    /** Plugs a disk into a running machine. */
    void attach(String uuid, String target, Path image) throws IOException, InterruptedException {
        virsh(
                "attach-disk",
                uuid,
                image.toString(),
                target,
                "--subdriver",
                "qcow2",
                "--targetbus",
                "virtio",
                "--live",
                "--config");
    }

    /** Makes the scratch directory a small file system, for those who come through SSH: the host has its own mounts. */
    void mountScratch(String size) throws IOException, InterruptedException {
        onHost("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", scratch.toString());
    }

    void unmountScratch() throws IOException, InterruptedException {
        onHost("umount", "-l", scratch.toString());
    }

    List<String> checkpoints(String uuid) throws IOException, InterruptedException {
        return virsh("checkpoint-list", "--name", uuid)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    /** The names of the dirty bitmaps in the emulator of a running machine. */
    Set<String> bitmaps(String uuid) throws IOException, InterruptedException {
        String said = virsh("qemu-monitor-command", uuid, "{\"execute\":\"query-named-block-nodes\"}");
        Set<String> names = new TreeSet<>();
        Matcher lists = BITMAPS.matcher(said);
        while (lists.find()) {
            Matcher name = NAME.matcher(lists.group(1));
            while (name.find()) {
                names.add(name.group(1));
            }
        }
        return names;
    }

    String state(String uuid) throws IOException, InterruptedException {
        return virsh("domstate", uuid);
    }

    void awaitState(String uuid, String wanted) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> state(uuid)
                .equals(wanted));
    }

    /** Runs a program in the host's mount namespace. */
    void onHost(String... argv) throws IOException, InterruptedException {
        List<String> whole = new ArrayList<>(List.of("nsenter", "-m", "-t", pid("ns.pid") + "", "--"));
        whole.addAll(List.of(argv));
        must(whole.toArray(String[]::new));
    }

    private long pid(String file) throws IOException {
        return Long.parseLong(Files.readString(directory.resolve(file)).strip());
    }

    /** Kills libvirt's daemon as a defect would; its machines run on. */
    void killLibvirtd() throws IOException {
        ProcessHandle daemon = ProcessHandle.of(pid("run/libvirtd.pid")).orElseThrow();
        daemon.destroyForcibly();
        daemon.onExit().join();
    }

    /** Starts it again and waits until it answers. */
    void startLibvirtd() throws IOException, InterruptedException {
        onHost("libvirtd", "-d", "-p", directory.resolve("run/libvirtd.pid").toString());
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> tryVirsh("list")
                .good());
    }

    /** Cuts all SSH connections to the host, from outside. */
    void cutConnections() throws IOException {
        ProcessHandle.of(pid("run/sshd.pid")).orElseThrow().descendants().forEach(ProcessHandle::destroyForcibly);
    }

    /** The command lines of the programs that serve images of this test. */
    List<String> imageServers() throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(p -> p.getFileName().toString().matches("\\d+"))
                    .map(KvmLab::commandLine)
                    .filter(line -> line.startsWith("qemu-nbd") && line.contains(scratch.toString()))
                    .toList();
        }
    }

    Path scratch() {
        return scratch;
    }

    boolean hasJob(String uuid) throws IOException, InterruptedException {
        return tryVirsh("backup-dumpxml", uuid).good();
    }

    List<Path> scratchFiles() throws IOException {
        try (Stream<Path> files = Files.list(scratch)) {
            return files.toList();
        }
    }

    List<Path> imageFiles() throws IOException {
        try (Stream<Path> files = Files.list(images)) {
            return files.sorted().toList();
        }
    }

    /** Kills the emulator of a machine, as a defect of it or the kernel would. */
    void killQemu(String uuid) throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes
                    .filter(p -> p.getFileName().toString().matches("\\d+"))
                    .toList()) {
                String line = commandLine(process);
                if (line.contains("qemu-system") && line.contains("\0-uuid\0" + uuid + "\0")) {
                    ProcessHandle.of(Long.parseLong(process.getFileName().toString()))
                            .orElseThrow()
                            .destroyForcibly();
                    return;
                }
            }
        }
        throw new IOException("there is no emulator of machine " + uuid);
    }

    private static String commandLine(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return ""; // it has ended
        }
    }

    /** Asks the guest agent; the answer is JSON. */
    String agent(String uuid, String json) throws IOException, InterruptedException {
        Host.Output output = tryVirsh("qemu-agent-command", "--timeout", "10", uuid, json);
        return output.good() ? output.text() : "";
    }

    /** Runs a line of shell in a guest, without waiting for its end. */
    void inGuest(String uuid, String line) throws IOException, InterruptedException {
        String said = agent(
                uuid,
                "{\"execute\":\"guest-exec\",\"arguments\":{\"path\":\"/bin/sh\",\"arg\":[\"-c\",\""
                        + line.replace("\\", "\\\\").replace("\"", "\\\"") + "\"]}}");
        if (!said.contains("pid")) {
            throw new IOException("the guest agent says: " + said);
        }
    }

    boolean agentIsConnected(String uuid) throws IOException, InterruptedException {
        return virsh("dumpxml", uuid).matches("(?s).*org.qemu.guest_agent.0' state='connected'.*");
    }

    void awaitAgent(String uuid) {
        Awaitility.await("guest agent")
                .atMost(Duration.ofSeconds(120))
                .until(() -> agent(uuid, "{\"execute\":\"guest-ping\"}").contains("return"));
    }

    /** A file system of that size that only the host sees; its directory. */
    String smallFileSystem(String size) throws IOException, InterruptedException {
        String at = Files.createDirectory(images.resolve("small")).toString();
        onHost("mount", "-t", "tmpfs", "-o", "size=" + size, "none", at);
        mounts.add(at);
        return at;
    }

    /** Removes the machines and images of the test. */
    void clear() throws IOException, InterruptedException {
        for (String uuid : machines) {
            tryVirsh("destroy", uuid);
            tryVirsh("undefine", "--nvram", "--checkpoints-metadata", "--snapshots-metadata", uuid);
        }
        for (String mount : mounts) {
            onHost("umount", mount);
        }
        for (String pool : pools) {
            tryVirsh("pool-destroy", pool);
        }
        for (Path top : List.of(images, scratch)) {
            try (Stream<Path> files = Files.walk(top)) {
                for (Path file :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
