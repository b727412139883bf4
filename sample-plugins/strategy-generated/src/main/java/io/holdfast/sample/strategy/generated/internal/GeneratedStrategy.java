package io.holdfast.sample.strategy.generated.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.strategy.ExportRequest;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.ImportRequest;
import io.holdfast.spi.strategy.ImportSession;
import io.holdfast.spi.strategy.InstanceDescription;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.spi.strategy.StrategyCapability;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A provider that consists of a formula. It has nothing to take a snapshot of, so it needs no journal. */
final class GeneratedStrategy implements Strategy {

    private static final Pattern ID = Pattern.compile("generated-(\\d{1,9})");

    private final Shape shape;

    GeneratedStrategy(Shape shape) {
        this.shape = shape;
    }

    @Override
    public Set<StrategyCapability> capabilities() {
        return Set.of(
                StrategyCapability.DISCOVERY, StrategyCapability.MANUAL_INSTANCES, StrategyCapability.INCREMENTAL);
    }

    @Override
    public void test(TaskContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
    }

    @Override
    public void inventory(Consumer<InstanceDescription> found, TaskContext context) throws PluginException {
        for (long number = 1; number <= shape.instances(); number++) {
            context.cancellation().throwIfCancelled();
            found.accept(description(number));
        }
    }

    @Override
    public InstanceDescription describe(String externalId, TaskContext context) throws PluginException {
        return description(numberOf(externalId));
    }

    private InstanceDescription description(long number) {
        return new InstanceDescription(
                "generated-" + number,
                "Generated " + number,
                "machine",
                shape.diskSize(),
                Map.of("sample", "generated"));
    }

    private long numberOf(String externalId) throws PluginException {
        Matcher matcher = ID.matcher(externalId);
        long number = matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
        if (number < 1 || number > shape.instances()) {
            throw new PluginException(
                    ErrorKind.NOT_FOUND,
                    "there is no instance '" + externalId + "'; they are called generated-1 to generated-"
                            + shape.instances());
        }
        return number;
    }

    @Override
    public ExportSession openExport(ExportRequest request, TaskContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        long number = numberOf(request.instance().externalId());
        long today =
                LocalDate.ofInstant(context.clock().instant(), ZoneOffset.UTC).toEpochDay();
        Generator generator = new Generator(shape.seed(), shape.dailyChange()).part(number);
        return new GeneratedSession(shape, generator, today, request.previous(), context.cancellation());
    }

    @Override
    public ImportSession openImport(ImportRequest request, TaskContext context) throws PluginException {
        throw new PluginException(
                ErrorKind.UNSUPPORTED, "generated instances cannot be written; restore to another provider");
    }

    @Override
    public void close() {}
}
