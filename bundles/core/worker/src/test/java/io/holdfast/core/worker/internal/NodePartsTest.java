package io.holdfast.core.worker.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.worker.TaskReport.LogLine;
import io.holdfast.core.worker.TaskReport.Measure;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation.Registration;
import io.holdfast.spi.source.RandomReadable;
import io.holdfast.spi.strategy.InstanceDescription;
import io.holdfast.testkit.fake.ManualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodePartsTest {

    @TempDir
    Path directory;

    @Test
    void controlCharactersAndWhatTurnsTextAroundAreMadeVisible() {
        assertThat(LogText.escape("a\u001b[31mb\r\nc\u202ed\u0000"))
                .isEqualTo("a\\u001b[31mb\\u000d\\nc\\u202ed\\u0000");
        assertThat(LogText.escape("lone \ud800 end")).isEqualTo("lone \\ud800 end");
        assertThat(LogText.escape("Grüße 日本 \ud83d\ude00")).isEqualTo("Grüße 日本 \ud83d\ude00");
    }

    @Test
    void aLineIsCutToItsLengthWithoutSplittingACharacter() {
        String line = LogText.line("x".repeat(3_996) + "\ud83d\ude00".repeat(10));
        assertThat(line).hasSizeLessThanOrEqualTo(4_000).endsWith("...");
        assertThat(LogText.escape(line)).isEqualTo(line);
    }

    @Test
    void aPluginThatTalksTooMuchIsCutShortAndThatIsTold() {
        LineBuffer buffer = new LineBuffer(new ManualClock());
        for (int i = 0; i < 700; i++) {
            buffer.info("line " + i);
        }
        List<LogLine> taken = buffer.take();
        assertThat(taken).hasSize(501);
        assertThat(taken.get(500).message()).isEqualTo("200 further lines were left out");
        assertThat(buffer.take()).isEmpty();
        assertThat(buffer.warned()).isFalse();
    }

    @Test
    void linesThatCouldNotBeDeliveredComeFirstTheNextTime() {
        LineBuffer buffer = new LineBuffer(new ManualClock());
        buffer.info("one");
        buffer.warn("two");
        List<LogLine> taken = buffer.take();
        buffer.info("three");
        buffer.putBack(taken);
        assertThat(buffer.take()).extracting(LogLine::message).containsExactly("one", "two", "three");
        assertThat(buffer.warned()).isTrue();
    }

    @Test
    void theRateFollowsWhatIsDone() {
        AtomicLong nanos = new AtomicLong();
        Meter meter = new Meter(nanos::get);
        meter.expect(1_000, 10);
        for (int i = 0; i < 30; i++) {
            nanos.addAndGet(1_000_000_000L);
            meter.done(100, 1);
            meter.measure();
        }
        Measure measure = meter.measure();
        assertThat(measure.bytesPerSecond()).isBetween(99L, 101L);
        assertThat(measure.doneBytes()).isEqualTo(3_000);
        for (int i = 0; i < 60; i++) {
            nanos.addAndGet(1_000_000_000L);
            meter.measure();
        }
        assertThat(meter.measure().bytesPerSecond()).isZero();
    }

    @Test
    void onlyTheFirstReasonToStopCountsAndActionsRunOnce() throws Exception {
        TaskCancellation cancellation = new TaskCancellation();
        AtomicInteger runs = new AtomicInteger();
        cancellation.onCancel(runs::incrementAndGet);
        Registration takenBack = cancellation.onCancel(() -> runs.addAndGet(100));
        takenBack.close();
        cancellation.onCancel(() -> {
            throw new IllegalStateException("a bad action");
        });
        cancellation.throwIfCancelled();
        cancellation.cancel(StopReason.PLUGIN_LEFT);
        cancellation.cancel(StopReason.CANCELLED);
        assertThat(cancellation.reason()).contains(StopReason.PLUGIN_LEFT);
        cancellation.onCancel(runs::incrementAndGet);
        assertThat(runs).hasValue(2);
        assertThatThrownBy(cancellation::throwIfCancelled).isInstanceOf(PluginException.class);
    }

    @Test
    void theDescriptionOfAnInstanceComesBackAsItWas() throws Exception {
        InstanceDescription instance = new InstanceDescription(
                "/srv/\nodd=name:ü", "odd = name", "directory", 42, Map.of("tag one", "a=b", "日本", "x"));
        Passport passport = new Passport("i-1", instance, "p-1", "filesystem", "node: local", "");
        assertThat(Passport.decode(passport.encode())).isEqualTo(passport);
        assertThat(passport.encode()).as("equal descriptions are kept once").isEqualTo(passport.encode());
        assertThat(new String(passport.encode(), StandardCharsets.UTF_8)).doesNotContain("#");
    }

    @Test
    void aDamagedDescriptionIsAnError() {
        for (String text : List.of("", "instance=x", "instance=a\nexternalId=b\nname=c\nkind=d\nsize=many", "\\u12")) {
            assertThatThrownBy(() -> Passport.decode(text.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOfSatisfying(
                            PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CORRUPT_DATA));
        }
    }

    @Test
    void stagingBelongsToOneAtATime() throws Exception {
        Staging first = new Staging(directory, 0);
        assertThatThrownBy(() -> new Staging(directory, 0))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT));
        first.close();
        new Staging(directory, 0).close();
    }

    @Test
    void whatNobodyNeedsIsSweptAndOddIdsStayInside() throws Exception {
        try (Staging staging = new Staging(directory, 0)) {
            Files.writeString(staging.directory("a").resolve("pack"), "x");
            Files.writeString(staging.directory("b").resolve("pack"), "x");
            staging.sweep(Set.of("b"));
            assertThat(directory.resolve("a")).doesNotExist();
            assertThat(directory.resolve("b").resolve("pack")).exists();
            assertThatThrownBy(() -> staging.directory("../b")).isInstanceOf(PluginException.class);
            assertThatThrownBy(() -> staging.directory("")).isInstanceOf(PluginException.class);
        }
    }

    @Test
    void tooLittleSpaceIsAReasonInWords() throws Exception {
        try (Staging staging = new Staging(directory, Long.MAX_VALUE)) {
            assertThat(staging.refusal())
                    .hasValueSatisfying(why -> assertThat(why).contains("staging space"));
        }
        try (Staging staging = new Staging(directory, 0)) {
            assertThat(staging.refusal()).isEmpty();
        }
    }

    @Test
    void aDirectoryThatCannotBeUsedIsNamed() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "x");
        assertThatThrownBy(() -> new Staging(file, 0))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_CONFIG))
                .hasMessageContaining(file.toString());
    }

    private static RandomReadable readable(byte[] bytes) {
        return new RandomReadable() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public int read(long offset, ByteBuffer target) {
                int n = Math.min(3, Math.min(target.remaining(), bytes.length - (int) offset));
                target.put(bytes, (int) offset, n);
                return n;
            }

            @Override
            public void close() {}
        };
    }

    @Test
    void aRangeIsReadToItsEndAndClosedOnce() throws Exception {
        byte[] bytes = "0123456789".getBytes(StandardCharsets.UTF_8);
        AtomicInteger closed = new AtomicInteger();
        RangeStream stream = new RangeStream(readable(bytes), 2, 5, closed::incrementAndGet);
        assertThat(stream.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, 2, 7));
        stream.close();
        stream.close();
        assertThat(closed).hasValue(1);
        assertThat(new RangeStream(readable(bytes), 8, Long.MAX_VALUE, () -> {}).readAllBytes())
                .hasSize(2);
        assertThat(new RangeStream(readable(bytes), 99, 5, () -> {}).read()).isEqualTo(-1);
    }

    @Test
    void whatIsDamagedIsAnErrorOfTheStream() {
        RandomReadable bad = new RandomReadable() {
            @Override
            public long size() {
                return 10;
            }

            @Override
            public int read(long offset, ByteBuffer target) throws PluginException {
                throw new PluginException(ErrorKind.CORRUPT_DATA, "lost");
            }

            @Override
            public void close() {}
        };
        assertThatThrownBy(() -> new RangeStream(bad, 0, 5, () -> {}).read())
                .isInstanceOf(IOException.class)
                .hasCauseInstanceOf(PluginException.class);
    }

    @Test
    void sizesAreReadable() {
        assertThat(List.of(Sizes.of(0), Sizes.of(1023), Sizes.of(1536), Sizes.of(5L << 40)))
                .containsExactly("0 B", "1023 B", "1.5 KiB", "5.0 TiB");
    }
}
