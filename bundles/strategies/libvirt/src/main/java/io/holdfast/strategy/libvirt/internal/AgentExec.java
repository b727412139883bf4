package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Runs programs in a guest through its agent: {@code guest-exec} of QEMU's qga/qapi-schema.json. */
final class AgentExec {

    private static final Pattern PID = Pattern.compile("\"pid\"\\s*:\\s*(\\d{1,18})");
    private static final Pattern EXITED = Pattern.compile("\"exited\"\\s*:\\s*true");
    private static final Pattern CODE = Pattern.compile("\"exitcode\"\\s*:\\s*(\\d{1,9})");
    private static final Pattern ERRORS = Pattern.compile("\"err-data\"\\s*:\\s*\"([A-Za-z0-9+/=]*)\"");
    private static final int SECONDS_FOR_AN_ANSWER = 10;
    private static final long PAUSE_MILLIS = 200;
    /** What a shell says of a program that a signal has ended. */
    private static final int KILLED = 128;

    private final Virsh virsh;
    private final String uuid;
    private final Cancellation cancellation;

    AgentExec(Virsh virsh, String uuid, Cancellation cancellation) {
        this.virsh = virsh;
        this.uuid = uuid;
        this.cancellation = cancellation;
    }

    /** @param environment further variables, as {@code NAME=value} */
    Host.Output run(List<String> argv, List<String> environment, Duration limit) throws PluginException {
        String started = ask("{\"execute\":\"guest-exec\",\"arguments\":{\"path\":" + json(argv.get(0)) + ",\"arg\":"
                + json(argv.subList(1, argv.size())) + ",\"env\":" + json(environment)
                + ",\"capture-output\":true}}");
        Matcher pid = PID.matcher(started);
        if (!pid.find()) {
            throw new PluginException(ErrorKind.UNAVAILABLE, "the guest agent gave no number for the command");
        }
        String status = "{\"execute\":\"guest-exec-status\",\"arguments\":{\"pid\":" + pid.group(1) + "}}";
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            String answer = ask(status);
            if (EXITED.matcher(answer).find()) {
                return ended(answer);
            }
            if (System.nanoTime() >= deadline) {
                throw new PluginException(
                        ErrorKind.TIMEOUT,
                        "the command has not ended in the guest within " + limit.toSeconds()
                                + " s; it may still run there");
            }
            pause();
        }
    }

    private void pause() throws PluginException {
        CountDownLatch cancelled = new CountDownLatch(1);
        try (Cancellation.Registration ignored = cancellation.onCancel(cancelled::countDown)) {
            if (cancelled.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                cancellation.throwIfCancelled();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException(ErrorKind.CANCELLED, "interrupted while a command ran in the guest", e);
        }
    }

    private static Host.Output ended(String answer) {
        Matcher code = CODE.matcher(answer);
        Matcher errors = ERRORS.matcher(answer);
        byte[] said = errors.find() ? Base64.getDecoder().decode(errors.group(1)) : new byte[0];
        return new Host.Output(
                code.find() ? Integer.parseInt(code.group(1)) : KILLED,
                new byte[0],
                new String(said, StandardCharsets.UTF_8));
    }

    private String ask(String question) throws PluginException {
        Host.Output output = virsh.attempt(
                Virsh.LIMIT,
                "qemu-agent-command",
                "--timeout=" + SECONDS_FOR_AN_ANSWER,
                "--domain=" + uuid,
                "--cmd=" + question);
        if (!output.good()) {
            throw virsh.failure("the guest agent cannot run the command", output);
        }
        return output.text();
    }

    private static String json(List<String> words) {
        return words.stream().map(AgentExec::json).collect(Collectors.joining(",", "[", "]"));
    }

    /** A string of RFC 8259. */
    static String json(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
