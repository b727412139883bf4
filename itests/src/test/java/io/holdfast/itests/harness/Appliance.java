package io.holdfast.itests.harness;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * An installed appliance: the distribution unpacked into a directory of its own, on ports of its own. Is started, stopped,
 * killed and started again on the same data. Closing it leaves nothing running.
 */
public final class Appliance implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int LOG_LINES = 60;
    private static final String NO_ROLE = "Cannot take the role";

    private final Path home;
    private final Path data;
    private final int user;
    private final int httpsPort = Machine.freePort();
    private final int sshPort = Machine.freePort();
    private final Map<String, String> environment = new HashMap<>();
    private @Nullable ApplianceProcess process;

    private Appliance(Path home, Path data, int user) {
        this.home = home;
        this.data = data;
        this.user = user;
        environment.put("KARAF_DATA", data.toString());
        environment.put("HOLDFAST_HTTPS_PORT", Integer.toString(httpsPort));
        environment.put("HOLDFAST_SSH_PORT", Integer.toString(sshPort));
    }

    /** Unpacks one into a new directory; run by whoever runs the tests. */
    public static Appliance unpackedIn(Path directory) {
        return unpacked(directory, directory.resolve("data"), -1);
    }

    /** Unpacks one that shares its data directory with another. */
    public static Appliance unpackedIn(Path directory, Path data) {
        return unpacked(directory, data, -1);
    }

    /** Unpacks one that is run by a user without any privilege, even if the tests are run by root. */
    public static Appliance unprivilegedIn(Path directory) {
        return unpacked(directory, directory.resolve("data"), Machine.isRoot() ? Machine.NOBODY : -1);
    }

    private static Appliance unpacked(Path directory, Path data, int user) {
        Distribution.unpackTo(directory.resolve("program"));
        try {
            Files.createDirectories(data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (user >= 0) {
            Command.run("chown", "-R", user + ":" + user, directory.toString());
        }
        return new Appliance(directory.resolve("program"), data, user);
    }

    /** Adds settings to a file in {@code etc/}; before the first start, or while it runs. */
    public Appliance configure(String pid, Map<String, String> settings) {
        Path file = home.resolve("etc").resolve(pid + ".cfg");
        StringBuilder text = new StringBuilder();
        settings.forEach(
                (name, value) -> text.append(name).append(" = ").append(value).append('\n'));
        write(file, text.toString());
        if (user >= 0) {
            Command.run("chown", user + ":" + user, file.toString());
        }
        return this;
    }

    /** Sets a variable of the environment that it is started in the next time. */
    public Appliance withVariable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it and waits until it is ready to work. */
    public Appliance start() {
        launch();
        awaitHealth(Set.of("READY"));
        return this;
    }

    /** Starts it without waiting for anything. */
    public void launch() {
        if (isRunning()) {
            throw new IllegalStateException("it is running already");
        }
        process = ApplianceProcess.start(home, user, environment, console());
    }

    /** Waits until its health is one of these; gives the whole answer. */
    public JsonNode awaitHealth(Set<String> wanted) {
        try {
            return Awaitility.await("health of the appliance")
                    .atMost(START)
                    .pollInterval(POLL)
                    .pollDelay(Duration.ZERO)
                    .until(
                            this::health,
                            health -> wanted.contains(health.path("status").asText()));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("the appliance did not become one of " + wanted + " within " + START.toSeconds()
                    + " s; it says " + health() + "\n" + excerpt());
        }
    }

    private JsonNode health() {
        if (!isRunning()) {
            throw new AssertionError("the appliance has ended\n" + excerpt());
        }
        if (log().contains(NO_ROLE)) {
            throw new AssertionError("the bundles of the appliance do not fit together\n" + excerpt());
        }
        if (!Files.exists(authority())) {
            return Rest.object().put("status", "no certificate yet");
        }
        try {
            return anonymously().get("health").json();
        } catch (UncheckedIOException e) {
            return Rest.object().put("status", "no answer: " + e.getMessage());
        } catch (AssertionError e) {
            return Rest.object().put("status", "no application yet");
        }
    }

    /** Ends it in good order. */
    public void stop() {
        running().stop();
        process = null;
    }

    /** Ends it as a power cut would: {@code kill -9}. */
    public void kill() {
        running().kill();
        process = null;
    }

    /** Waits until it has ended by itself; gives the exit status. */
    public int awaitEnd() {
        int status = running().awaitEnd();
        process = null;
        return status;
    }

    private ApplianceProcess running() {
        if (process == null) {
            throw new IllegalStateException("the appliance is not running");
        }
        return process;
    }

    /** Whether its process lives. */
    public boolean isRunning() {
        return process != null && process.alive();
    }

    /** Its process id. */
    public long pid() {
        return running().pid();
    }

    /** Where it is reached, without a path. */
    public String address() {
        return "https://127.0.0.1:" + httpsPort;
    }

    /** The REST interface, asked by nobody in particular. */
    public Rest anonymously() {
        return Rest.of(httpsPort, authority());
    }

    /** Waits until the REST interface answers on another port than the one that it was started with. */
    public void awaitAnswerOn(int port) {
        Awaitility.await("an answer on port " + port)
                .atMost(START)
                .pollInterval(POLL)
                .ignoreExceptionsMatching(e -> e instanceof UncheckedIOException)
                .untilAsserted(() -> Rest.of(port, authority()).get("health").expect(200));
    }

    /** The REST interface, asked by the administrator. */
    public Rest rest() {
        return anonymously().as("admin", password());
    }

    /** The administrator at work. */
    public Operator operator() {
        return new Operator(rest());
    }

    /** The administrator's shell. */
    public Ssh shell() {
        return shell("admin", password());
    }

    /** The command line tool, run to its end by the administrator. */
    public Command.Result tool(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "env",
                "HOLDFAST_URL=https://127.0.0.1:" + httpsPort,
                "HOLDFAST_CA=" + authority(),
                "HOLDFAST_PASSWORD_FILE=" + data.resolve("security/admin-password"),
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                home.resolve("lib/cli") + "/*",
                "io.holdfast.access.cli.Main"));
        command.addAll(List.of(arguments));
        return Command.tryToRun(command);
    }

    /** Somebody's shell. */
    public Ssh shell(String name, String secret) {
        return new Ssh(sshPort, name, secret);
    }

    private Path authority() {
        return data.resolve("security/ca.pem");
    }

    /** The generated password of the administrator. */
    public String password() {
        return read(data.resolve("security/admin-password")).strip();
    }

    /** The directory of its data. */
    public Path data() {
        return data;
    }

    /** The directory into which plugins are dropped. */
    public Path deploy() {
        return home.resolve("deploy");
    }

    /** The unpacked distribution. */
    public Path home() {
        return home;
    }

    /** What it has logged. */
    public String log() {
        Path log = data.resolve("log/karaf.log");
        return Files.exists(log) ? read(log) : "";
    }

    /** What it has written to its terminal. */
    public String consoleText() {
        return Files.exists(console()) ? read(console()) : "";
    }

    private Path console() {
        return data.resolveSibling("console-" + httpsPort + ".log");
    }

    /** What somebody who looks for the reason of a failure wants to see first. */
    public String excerpt() {
        List<String> lines = log().lines().toList();
        StringBuilder text = new StringBuilder("--- console\n").append(consoleText());
        text.append("--- warnings and errors\n");
        lines.stream()
                .filter(line -> line.contains(" WARN ") || line.contains(" ERROR "))
                .limit(LOG_LINES)
                .forEach(line -> text.append(line).append('\n'));
        text.append("--- end of the log\n");
        lines.stream().skip(Math.max(0, lines.size() - LOG_LINES)).forEach(line -> text.append(line)
                .append('\n'));
        return text.toString();
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (isRunning()) {
            running().kill();
        }
        process = null;
    }
}
