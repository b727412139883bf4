package io.holdfast.itests.harness;

import io.holdfast.itests.plugin.Gate;
import io.holdfast.itests.plugin.GatedStrategyType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** A provider of the strategy that stops half-way until it is told to go on, as the tests see it. */
public final class GatedProvider {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestBundle bundle;
    private final Gate gate;
    private final String instance;

    private GatedProvider(TestBundle bundle, Gate gate, String instance) {
        this.bundle = bundle;
        this.gate = gate;
        this.instance = instance;
    }

    /** Deploys the strategy and adds a provider with its instance. The gate is closed. */
    public static GatedProvider addTo(Appliance appliance, Scratch scratch) {
        TestBundle bundle = TestBundle.of(GatedStrategyType.class, scratch.path(), List.of("-dsannotations: *"));
        bundle.deployTo(appliance);
        Path directory = scratch.directory("gate");
        Operator operator = appliance.operator();
        operator.awaitStrategy("gated");
        String provider = operator.provider("gated", "gated", Map.of("directory", directory.toString()));
        return new GatedProvider(bundle, new Gate(directory), operator.instance(provider, "stream"));
    }

    /** Its only instance. */
    public String instance() {
        return instance;
    }

    /** The bundle of the strategy. */
    public TestBundle bundle() {
        return bundle;
    }

    /** What stands for a snapshot on the provider. */
    public Path snapshot() {
        return gate.snapshot();
    }

    /** Lets readers pass. */
    public void open() {
        SampleTree.empty(gate.open());
    }

    /** Stops the readers to come. */
    public void close() {
        try {
            Files.deleteIfExists(gate.open());
            Files.deleteIfExists(gate.waiting());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until somebody waits at the gate. */
    public void awaitReader() {
        Awaitility.await("a reader at the gate").atMost(PATIENCE).until(() -> Files.exists(gate.waiting()));
    }

    /** Forgets that somebody waited. */
    public void forgetReader() {
        try {
            Files.deleteIfExists(gate.waiting());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
