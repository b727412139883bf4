package io.holdfast.itests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** One run of {@code bin/karaf daemon}. Whatever is left when the tests end is killed, by its process id. */
final class ApplianceProcess {

    private static final long PATIENCE_SECONDS = 60;
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly), "end of appliances"));
    }

    private final Process process;

    private ApplianceProcess(Process process) {
        this.process = process;
    }

    /**
     * Starts it.
     *
     * @param home the unpacked distribution
     * @param user who runs it, -1 for whoever runs the tests; another one needs root
     * @param environment further variables
     * @param console where its output goes
     */
    static ApplianceProcess start(Path home, int user, Map<String, String> environment, Path console) {
        List<String> command = new ArrayList<>();
        if (user >= 0) {
            command.addAll(List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups", "--"));
        }
        command.addAll(List.of(home.resolve("bin/karaf").toString(), "daemon"));
        ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("KARAF_") || name.startsWith("HOLDFAST_"));
        builder.environment().putAll(environment);
        builder.environment().putIfAbsent("JAVA_HOME", System.getProperty("java.home"));
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(console.toFile()));
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            RUNNING.add(process);
            process.onExit().thenAccept(RUNNING::remove);
            return new ApplianceProcess(process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    boolean alive() {
        return process.isAlive();
    }

    /** Asks it to end, as an administrator or systemd does, and waits. */
    void stop() {
        process.destroy();
        if (!ended(PATIENCE_SECONDS)) {
            kill();
            throw new AssertionError("the appliance did not end within " + PATIENCE_SECONDS + " s of being asked to");
        }
    }

    /** Ends it without giving it a chance: {@code kill -9}. */
    void kill() {
        process.destroyForcibly();
        if (!ended(PATIENCE_SECONDS)) {
            throw new AssertionError("process " + process.pid() + " survived kill -9");
        }
    }

    /** Waits for an end that comes by itself; gives the exit status. */
    int awaitEnd() {
        if (!ended(PATIENCE_SECONDS)) {
            throw new AssertionError("the appliance still runs after " + PATIENCE_SECONDS + " s");
        }
        return process.exitValue();
    }

    private boolean ended(long seconds) {
        try {
            return process.waitFor(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
