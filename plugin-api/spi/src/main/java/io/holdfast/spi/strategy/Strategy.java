package io.holdfast.spi.strategy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import java.util.Set;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A connection to one provider. Implemented by plugins. Methods may be called from several threads at once, each for
 * another instance; the core never runs two sessions on one instance at the same time.
 */
@ConsumerType
public interface Strategy extends AutoCloseable {

    /** What this connection can do, as found when it was opened. */
    Set<StrategyCapability> capabilities();

    /**
     * Says whether the provider can be used, and exactly what is missing if not (permission, version, tool).
     *
     * @throws PluginException if it cannot be used, of the fitting kind, saying what to do
     */
    void test(TaskContext context) throws PluginException;

    /**
     * Lists every instance that can be protected, in any order.
     *
     * @throws PluginException {@code UNSUPPORTED} without the capability {@code DISCOVERY}
     */
    void inventory(Consumer<InstanceDescription> found, TaskContext context) throws PluginException;

    /**
     * Describes an instance that an administrator names, after checking that it exists.
     *
     * @param externalId the name, such as a path
     * @throws PluginException {@code NOT_FOUND}, {@code INVALID_CONFIG}; {@code UNSUPPORTED} without the capability
     *     {@code MANUAL_INSTANCES}
     */
    default InstanceDescription describe(String externalId, TaskContext context) throws PluginException {
        throw new PluginException(
                ErrorKind.UNSUPPORTED,
                "instances of this provider are found by inventory, they cannot be named by hand");
    }

    /**
     * Prepares an instance for reading: takes a snapshot where there is such a thing, finds out what changed. What it
     * creates outside is written to the journal first. If it throws, nothing is left on the provider.
     */
    ExportSession openExport(ExportRequest request, TaskContext context) throws PluginException;

    /**
     * Prepares to recreate an instance, or parts of one.
     *
     * @throws PluginException {@code UNSUPPORTED} without the capability {@code IMPORT}; {@code ALREADY_EXISTS} if
     *     something is in the way and the request does not say that it may be replaced
     */
    ImportSession openImport(ImportRequest request, TaskContext context) throws PluginException;

    /**
     * Removes what a task that died has left on the provider. Removing what does not exist succeeds.
     *
     * @param entry what was intended, from the journal; calls {@link SideEffectJournal.Entry#undone} at the end
     */
    default void undo(SideEffectJournal.Entry entry, TaskContext context) throws PluginException {
        throw new PluginException(
                ErrorKind.INTERNAL, "the plugin wrote '" + entry.kind() + "' into the journal but cannot undo it");
    }

    /** Ends the connection. Sessions must have been closed. Closing twice is harmless. */
    @Override
    void close();
}
