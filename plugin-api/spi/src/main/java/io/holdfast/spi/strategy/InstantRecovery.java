package io.holdfast.spi.strategy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TaskContext;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A strategy that can run an instance straight from a backup, before anything is restored. Implemented by plugins, on the same
 * object as {@link Strategy}, declared by {@link StrategyCapability#INSTANT_RECOVERY}. Since 1.1.
 *
 * <p>The backup is never written to: what the instance writes goes to the private directory of the request. The instance lives
 * longer than a session: when a session is let go, or its node dies, the instance waits for its disks, loses nothing that it was told
 * is written, and goes on when it is taken up again.
 */
@ConsumerType
public interface InstantRecovery {

    /**
     * Runs an instance from a backup, or takes up one that runs already: then the request has the entries that the sessions before
     * left in the journal, and the directory what they left there.
     *
     * <p>What is made outside is written to the journal first and stays there until {@link InstantSession#discard} or {@link
     * InstantSession#move} has ended it. If a new one cannot be run, nothing is left. If one cannot be taken up, everything stays for
     * the next attempt.
     *
     * @throws PluginException {@code ALREADY_EXISTS} if something of its name or identity is there; {@code QUOTA}; {@code UNAVAILABLE}
     */
    InstantSession openInstant(InstantRequest request, TaskContext context) throws PluginException;

    /**
     * Proves a backup: runs an instance from it in isolation, without any network that leads out of it, checks what the settings ask for,
     * and removes everything again.
     *
     * @param request as for {@link #openInstant}, with settings of the type's proof schema, a directory that is empty, and nothing earlier
     * @return what was found: an instance that does not come up is a finding, not a failure
     * @throws PluginException {@code UNSUPPORTED} without the capability {@code BOOT_PROOF}; if the proof could not be carried out,
     *     which says nothing of the backup
     */
    default BootReport prove(InstantRequest request, TaskContext context) throws PluginException {
        throw new PluginException(ErrorKind.UNSUPPORTED, "this strategy cannot boot an instance to prove its backup");
    }
}
