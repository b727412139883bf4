package io.holdfast.transport.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.testkit.fake.TestCancellation;
import io.holdfast.testkit.lab.Lab;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@Lab("an SSH server: HOLDFAST_LAB_SSHD=$(itests/lab/sshd.sh start)")
class CommandLabTest {

    /** Ignores SIGTERM, and so does its child; says both process ids. */
    private static final String STUBBORN = "trap '' TERM; sleep 600 & echo $$ $!; wait";

    private final TestCancellation cancellation = new TestCancellation();
    private SshdLab lab;
    private SshConnection connection;

    @BeforeEach
    void open() throws Exception {
        lab = new SshdLab();
        connection = lab.open();
    }

    @AfterEach
    void close() {
        connection.close();
    }

    @Test
    void arguments_arrive_as_they_are() throws Exception {
        List<String> hostile = List.of(
                "it's", "\"", "\n", "a\nb\n", "雪😀", "-n", "--", "$(id)", "`id`", "\\", "\\'", "", " ", "*", "~", "!!",
                ";", "&", "\t", "'");
        List<String> argv = new ArrayList<>(List.of("printf", "%s\\0"));
        argv.addAll(hostile);

        SshResult result = connection.exec(argv, ExecOptions.standard(), cancellation);

        assertThat(Arrays.asList(result.outputText().split("\0", -1)).subList(0, hostile.size()))
                .isEqualTo(hostile);
        assertThat(result.errors()).isEmpty();
    }

    @Test
    void a_connection_that_is_cut_while_channels_are_opened_fails_with_an_error_that_says_so() throws Exception {
        for (int round = 0; round < 20; round++) {
            try (SshConnection cut = lab.open()) {
                CountDownLatch opening = new CountDownLatch(8);
                List<CompletableFuture<Throwable>> ends = IntStream.range(0, 4)
                        .mapToObj(i -> CompletableFuture.supplyAsync(() -> untilItFails(cut, opening)))
                        .toList();
                opening.await();
                cut.close();
                assertThat(ends).allSatisfy(end -> assertThat(end.get(30, TimeUnit.SECONDS))
                        .isInstanceOf(PluginException.class));
            }
        }
    }

    private Throwable untilItFails(SshConnection cut, CountDownLatch opening) {
        try {
            while (true) {
                opening.countDown();
                cut.exec(List.of("true"), ExecOptions.standard(), cancellation);
            }
        } catch (PluginException | RuntimeException e) {
            return e;
        }
    }

    @Test
    void exit_codes_and_standard_error_are_kept_apart_from_the_output() throws Exception {
        SshResult result = sh("echo out; echo err >&2; exit 42");

        assertThat(result.exitCode()).isEqualTo(42);
        assertThat(result.outputText()).isEqualTo("out\n");
        assertThat(new String(result.errors(), StandardCharsets.UTF_8)).isEqualTo("err\n");
    }

    @Test
    void a_program_that_is_not_there_ends_with_127_and_says_so() throws Exception {
        SshResult result = connection.exec(List.of("no-such-program"), ExecOptions.standard(), cancellation);

        assertThat(result.exitCode()).isEqualTo(127);
        assertThat(result.errorText()).contains("no-such-program");
    }

    @Test
    void a_command_that_dies_of_a_signal_has_an_exit_code_of_128_or_more() throws Exception {
        assertThat(sh("kill -KILL $$").exitCode()).isGreaterThanOrEqualTo(128);
    }

    @Test
    void input_is_read_to_its_end() throws Exception {
        byte[] input = new byte[3 << 20];
        Arrays.fill(input, (byte) 'x');

        SshResult result =
                connection.exec(List.of("cat"), ExecOptions.standard().withInput(input), cancellation);

        assertThat(Arrays.equals(result.output(), input)).isTrue();
    }

    @Test
    void output_beyond_the_limit_ends_the_command() {
        ExecOptions little = new ExecOptions(new byte[0], Duration.ofSeconds(30), 1000);

        assertFails(ErrorKind.QUOTA, () -> connection.exec(List.of("yes"), little, cancellation));
        await().untilAsserted(() -> assertThat(sh("pgrep -x yes").exitCode()).isOne());
    }

    @Test
    void a_command_that_takes_too_long_is_gone_with_all_it_started() throws Exception {
        ExecOptions shortly = ExecOptions.standard().withTimeout(Duration.ofMillis(700));
        String marker = "6" + System.nanoTime() % 100_000;

        assertFails(
                ErrorKind.TIMEOUT,
                () -> connection.exec(
                        List.of("sh", "-c", "sleep " + marker + " & sleep " + marker), shortly, cancellation));

        assertThat(sh("pgrep -x -f 'sleep " + marker + "'").exitCode()).isOne();
    }

    @Test
    void a_cancelled_command_is_gone() throws Exception {
        String marker = "6" + System.nanoTime() % 100_000;
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Thread runner = new Thread(() -> {
            try {
                connection.exec(List.of("sleep", marker), ExecOptions.standard(), cancellation);
                outcome.complete(null);
            } catch (PluginException e) {
                outcome.complete(e);
            }
        });
        runner.start();
        String pattern = "pgrep -x -f 'sleep " + marker + "'";
        TestCancellation never = new TestCancellation();
        await().until(() -> connection
                        .exec(List.of("sh", "-c", pattern), ExecOptions.standard(), never)
                        .exitCode()
                == 0);

        cancellation.cancel();

        assertThat(outcome.get()).isInstanceOfSatisfying(PluginException.class, e -> assertThat(e.kind())
                .isEqualTo(ErrorKind.CANCELLED));
        assertThat(connection
                        .exec(List.of("sh", "-c", pattern), ExecOptions.standard(), never)
                        .exitCode())
                .isOne();
        runner.join();
    }

    @Test
    void what_ignores_a_sigterm_is_killed() throws Exception {
        String[] pids;
        try (SshProcess process = connection.start(List.of("sh", "-c", STUBBORN))) {
            pids = firstLine(process).split(" ");
        }

        for (String pid : pids) {
            // killed, though whoever inherited it may not have noticed yet
            assertThat(sh("ps -o stat= -p " + pid + " | grep -v Z").outputText())
                    .isEmpty();
        }
    }

    @Test
    void a_command_of_a_killed_connection_is_unavailable_and_its_output_does_not_look_complete() throws Exception {
        try (SshProcess process = connection.start(List.of("sh", "-c", "echo $PPID; exec sleep 5"))) {
            signal("KILL", firstLine(process));

            assertFails(ErrorKind.UNAVAILABLE, () -> process.await(Duration.ofSeconds(20)));
            assertThatThrownBy(() -> process.output().read())
                    .isInstanceOf(java.io.IOException.class)
                    .hasMessageContaining("lost");
        }
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void a_server_that_stands_still_is_unavailable_after_three_keep_alive_times() throws Exception {
        assertStopsWithin(connection, SshdLab.KEEP_ALIVE.multipliedBy(7));
    }

    @Test
    void a_server_behind_another_that_stands_still_is_unavailable_too() throws Exception {
        try (SshConnection behind = lab.openThroughItself()) {
            assertStopsWithin(behind, SshdLab.KEEP_ALIVE.multipliedBy(7));
        }
    }

    private void assertStopsWithin(SshConnection stopped, Duration limit) throws Exception {
        String server = stopped.exec(List.of("sh", "-c", "echo $PPID"), ExecOptions.standard(), cancellation)
                .outputText()
                .strip();
        signal("STOP", server);
        try {
            long start = System.nanoTime();
            assertFails(
                    ErrorKind.UNAVAILABLE, () -> stopped.exec(List.of("true"), ExecOptions.standard(), cancellation));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(limit);
            assertThat(stopped.isOpen()).isFalse();
        } finally {
            signal("CONT", server);
        }
    }

    @Test
    void sixteen_commands_run_at_once() throws Exception {
        List<SshProcess> processes = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            processes.add(connection.start(List.of("cat")));
        }
        for (int i = 0; i < 16; i++) {
            processes.get(i).input().write(("number " + i + "\n").getBytes(StandardCharsets.UTF_8));
        }
        for (int i = 0; i < 16; i++) {
            assertThat(firstLine(processes.get(i))).isEqualTo("number " + i);
            processes.get(i).input().close();
        }
        for (SshProcess process : processes) {
            assertThat(process.await(Duration.ofSeconds(20))).isZero();
            assertThat(process.output().read()).isEqualTo(-1);
            process.close();
        }
    }

    @Test
    void files_go_up_and_down() throws Exception {
        String path = "/tmp/holdfast-ssh-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
        byte[] content = new byte[1 << 20];
        new java.util.Random(7).nextBytes(content);
        try {
            connection.upload(content, path, 0600);
            connection.upload(content, path, 0640);

            assertThat(connection.download(path, content.length)).isEqualTo(content);
            assertThat(sh("stat -c %a " + path).outputText()).isEqualTo("640\n");
            assertFails(ErrorKind.QUOTA, () -> connection.download(path, content.length - 1));
        } finally {
            sh("rm -f " + path);
        }
        assertFails(ErrorKind.NOT_FOUND, () -> connection.download(path, 1));
    }

    private SshResult sh(String script) throws PluginException {
        return connection.exec(List.of("sh", "-c", script), ExecOptions.standard(), cancellation);
    }

    private static String firstLine(SshProcess process) throws Exception {
        return new BufferedReader(new InputStreamReader(process.output(), StandardCharsets.UTF_8)).readLine();
    }

    private static void signal(String name, String pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-s", name, pid).start().waitFor())
                .isZero();
    }

    private static void assertFails(ErrorKind kind, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(PluginException.class, e -> assertThat(e.kind())
                .isEqualTo(kind));
    }
}
