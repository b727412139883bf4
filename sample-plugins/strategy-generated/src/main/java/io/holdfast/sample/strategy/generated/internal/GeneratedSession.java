package io.holdfast.sample.strategy.generated.internal;

import io.holdfast.spi.context.Cancellation;
import io.holdfast.spi.source.Source;
import io.holdfast.spi.strategy.ChangeToken;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.FullReadReason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** An instance as it is on one day. */
final class GeneratedSession implements ExportSession {

    private final Shape shape;
    private final long today;
    private final Optional<FullReadReason> fullReadReason;
    private final List<Source> sources;

    GeneratedSession(
            Shape shape, Generator generator, long today, Optional<ChangeToken> previous, Cancellation cancellation) {
        this.shape = shape;
        this.today = today;
        OptionalLong since = previous.map(this::dayOf).orElseGet(OptionalLong::empty);
        this.fullReadReason = previous.isPresent() && since.isEmpty()
                ? Optional.of(new FullReadReason(
                        "TOKEN_LOST",
                        "the last backup was made with other settings of the provider; reading everything"))
                : Optional.empty();
        this.sources = List.of(
                new GeneratedDisk(generator.part(1), shape.diskSize(), today, since, cancellation),
                new GeneratedTree(generator.part(2), shape, today, cancellation));
    }

    /** The day of a token; empty if it was made for other data. */
    private OptionalLong dayOf(ChangeToken token) {
        String start = prefix();
        String day = token.value().startsWith(start) ? token.value().substring(start.length()) : "";
        return day.matches("\\d{1,9}") ? OptionalLong.of(Long.parseLong(day)) : OptionalLong.empty();
    }

    private String prefix() {
        return "generated " + shape.seed() + " " + shape.diskSize() + " " + shape.dailyChange() + " day ";
    }

    @Override
    public Map<String, byte[]> metadata() {
        return Map.of("shape.txt", shape.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public List<Source> sources() {
        return sources;
    }

    @Override
    public Optional<FullReadReason> fullReadReason() {
        return fullReadReason;
    }

    @Override
    public Optional<ChangeToken> nextToken() {
        return Optional.of(new ChangeToken(prefix() + today));
    }

    @Override
    public void readingDone() {}

    @Override
    public void close() {}
}
