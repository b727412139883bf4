package io.holdfast.testkit.fault;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.Source;
import io.holdfast.spi.strategy.ChangeToken;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.FullReadReason;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An export that goes wrong by plan. If opening it failed afterwards, what it had opened stays: as after a lost answer. */
final class FaultyExport implements ExportSession {

    private final ExportSession good;
    private final String instance;
    private final Injection injection;

    FaultyExport(ExportSession good, String instance, Injection injection) {
        this.good = good;
        this.instance = instance;
        this.injection = injection;
    }

    @Override
    public Map<String, byte[]> metadata() {
        return good.metadata();
    }

    @Override
    public List<Source> sources() {
        FaultySources faulty = new FaultySources(injection);
        return good.sources().stream().map(faulty::over).toList();
    }

    @Override
    public Optional<FullReadReason> fullReadReason() {
        return good.fullReadReason();
    }

    @Override
    public Optional<ChangeToken> nextToken() throws PluginException {
        return good.nextToken();
    }

    @Override
    public void readingDone() throws PluginException {
        injection.run(Operation.READING_DONE, instance, good::readingDone);
    }

    @Override
    public void committed() throws PluginException {
        injection.run(Operation.COMMITTED, instance, good::committed);
    }

    @Override
    public void close() {
        // a process that is gone closes nothing
        if (!injection.plan().crashed()) {
            good.close();
        }
    }
}
