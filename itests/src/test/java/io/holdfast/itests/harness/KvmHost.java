package io.holdfast.itests.harness;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The lab's KVM host, seen with its own tools. What is made through it is removed when it is closed. */
public final class KvmHost implements AutoCloseable {

    /** How to start it. */
    public static final String NEEDED = "a KVM host: HOLDFAST_LAB_KVM=$(itests/lab/kvmhost.sh start)";

    private static final Pattern HANDLE = Pattern.compile("\"return\":\\s*(\\d+)");
    private static final Pattern CONTENT = Pattern.compile("\"buf-b64\":\\s*\"([^\"]*)\"");

    private final Path directory;
    private final Properties host = new Properties();
    private final String own = "it-" + UUID.randomUUID().toString().substring(0, 8);
    private final List<String> machines = new ArrayList<>();

    private KvmHost(Path directory) {
        this.directory = directory;
        try (Reader reader = Files.newBufferedReader(directory.resolve("host.properties"))) {
            host.load(reader);
            Files.createDirectories(images());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The host that {@code itests/lab/kvmhost.sh} has started. */
    public static KvmHost ofLab() {
        String lab = System.getenv().getOrDefault("HOLDFAST_LAB_KVM", "");
        if (lab.isEmpty()) {
            throw new IllegalStateException("there is no lab: export HOLDFAST_LAB_KVM=$(itests/lab/kvmhost.sh start)");
        }
        return new KvmHost(Path.of(lab));
    }

    /** A directory on the host for the images of this test. */
    public Path images() {
        return directory.resolve("images").resolve(own);
    }

    /** The directory on the host for sockets and scratch files of this test. */
    public Path scratch() {
        return directory.resolve("scratch").resolve(own);
    }

    /** What an administrator enters to reach it over SSH. */
    public Map<String, String> settings() {
        try {
            return Map.of(
                    "host", "127.0.0.1",
                    "port", host.getProperty("sshPort"),
                    "user", host.getProperty("user"),
                    "privateKey", Files.readString(directory.resolve("ssh/id")),
                    "hostKey", host.getProperty("hostKey"),
                    "scratchDirectory", scratch().toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Defines and starts a machine with a Linux that boots; gives its UUID. */
    public String startGuest(String name) {
        try {
            Path image = images().resolve(name + ".qcow2");
            Files.copy(directory.resolve("guest.qcow2"), image, StandardCopyOption.REPLACE_EXISTING);
            Path xml = Files.writeString(
                    images().resolve(name + ".xml"),
                    "<domain type='qemu'><name>" + name + "</name><memory unit='MiB'>192</memory><vcpu>1</vcpu>"
                            + "<os><type arch='x86_64' machine='q35'>hvm</type></os><devices>"
                            + "<disk type='file' device='disk'><driver name='qemu' type='qcow2' discard='unmap'/><source file='"
                            + image + "'/><target dev='vda' bus='virtio'/></disk>"
                            + "<interface type='user'><model type='virtio'/></interface>"
                            + "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"
                            + "<serial type='null'/></devices></domain>");
            virsh("define", xml.toString());
            Files.delete(xml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        adopt(name);
        virsh("start", name);
        awaitGuest(name);
        return virsh("domuuid", name).strip();
    }

    /** To be removed at the end. */
    public void adopt(String machine) {
        machines.add(machine);
    }

    /** Waits until the machine's guest agent answers. */
    public void awaitGuest(String machine) {
        Awaitility.await("guest agent of " + machine)
                .atMost(Duration.ofSeconds(120))
                .until(() -> agent(machine, "{\"execute\":\"guest-ping\"}").contains("return"));
    }

    /** Writes a file in the running guest. */
    public void write(String machine, String path, String content) {
        String handle = found(HANDLE, open(machine, path, "w"));
        String base64 = Base64.getEncoder().encodeToString(content.getBytes(StandardCharsets.UTF_8));
        agent(
                machine,
                "{\"execute\":\"guest-file-write\",\"arguments\":{\"handle\":" + handle + ",\"buf-b64\":\"" + base64
                        + "\"}}");
        agent(machine, "{\"execute\":\"guest-file-close\",\"arguments\":{\"handle\":" + handle + "}}");
    }

    /** Reads a small file in the running guest. */
    public String read(String machine, String path) {
        String handle = found(HANDLE, open(machine, path, "r"));
        String said = agent(
                machine, "{\"execute\":\"guest-file-read\",\"arguments\":{\"handle\":" + handle + ",\"count\":4096}}");
        return new String(Base64.getDecoder().decode(found(CONTENT, said)), StandardCharsets.UTF_8);
    }

    /** Makes a running guest write everything to its disk: freezing does. */
    public void sync(String machine) {
        agent(machine, "{\"execute\":\"guest-fsfreeze-freeze\"}");
        agent(machine, "{\"execute\":\"guest-fsfreeze-thaw\"}");
    }

    private String open(String machine, String path, String mode) {
        return agent(
                machine,
                "{\"execute\":\"guest-file-open\",\"arguments\":{\"path\":\"" + path + "\",\"mode\":\"" + mode
                        + "\"}}");
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("the guest agent says: " + text);
        }
        return matcher.group(1);
    }

    private String agent(String machine, String json) {
        return Command.tryToRun(virshCommand("qemu-agent-command", "--timeout", "10", machine, json))
                .output();
    }

    /** The names of a machine's checkpoints. */
    public List<String> checkpoints(String machine) {
        return virsh("checkpoint-list", "--name", machine)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    /** Whether a backup job runs on a machine. */
    public boolean hasJob(String machine) {
        return Command.tryToRun(virshCommand("backup-dumpxml", machine)).status() == 0;
    }

    /** What the product has put into its directory on the host. */
    public List<Path> scratchFiles() {
        return files(directory.resolve("scratch").resolve(own));
    }

    /** The files of machines of this test. */
    public List<Path> imageFiles() {
        return files(images());
    }

    private static List<Path> files(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the file systems of a guest go on. */
    public boolean isThawed(String machine) {
        return agent(machine, "{\"execute\":\"guest-fsfreeze-status\"}").contains("thawed");
    }

    /** Runs virsh on the host; it must succeed. */
    public String virsh(String... words) {
        return Command.run(virshCommand(words).toArray(String[]::new));
    }

    private List<String> virshCommand(String... words) {
        List<String> command = new ArrayList<>(List.of("virsh", "-q", "-c", host.getProperty("uri")));
        command.addAll(List.of(words));
        return command;
    }

    @Override
    public void close() {
        for (String machine : machines) {
            Command.tryToRun(virshCommand("destroy", machine));
            Command.tryToRun(virshCommand("undefine", "--checkpoints-metadata", "--snapshots-metadata", machine));
        }
        Command.run("rm", "-rf", "--one-file-system", images().toString());
    }
}
