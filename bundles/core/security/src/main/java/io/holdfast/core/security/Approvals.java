package io.holdfast.core.security;

import io.holdfast.core.catalog.Approval;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.spi.PluginException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What one administrator alone must not do. An OSGi service, present while the catalogue is. Safe for use from any thread.
 *
 * <p>Whoever offers such an action calls {@link #require} with exactly what was asked for, right before doing it. Where the configuration
 * names the action, the first call writes a request down and fails; after another administrator has agreed, the same person may do the
 * same thing once. Everything is kept in the catalogue, and logged as {@code io.holdfast.audit}.
 */
@ProviderType
public interface Approvals {

    /** Removing a destination from the appliance. */
    String DESTINATION_DELETE = "destination.delete";

    /** Forgetting backups by hand: chosen ones, or what a rule given by hand does not keep. */
    String BACKUP_DELETE = "backup.delete";

    /** Changing a policy so that it keeps less. */
    String POLICY_SHORTEN = "policy.shorten";

    /** Making the time shorter for which new backups on a destination are immutable. */
    String IMMUTABILITY_SHORTEN = "immutability.shorten";

    /** Adding a user, changing roles, setting the password of somebody else: or one person makes the second one. */
    String ACCOUNT_CHANGE = "account.change";

    /** Destroying keys, so that backups cannot be read any more. */
    String KEY_SHRED = "key.shred";

    /** Whether the configuration asks for a second person for that action. */
    boolean needed(String action);

    /**
     * Passes if the action needs no second person, or if one has agreed to exactly this; an agreement is used up by that.
     *
     * @param who asks
     * @param action one of the constants, or another stable name of at most 64 characters
     * @param subject what it concerns, 1 to 255 characters: a name or an id
     * @param description what would be done, for whoever decides; no secrets
     * @param request exactly what was asked for, as text; only its digest is kept; no secrets
     * @throws PluginException {@code PERMISSION} if somebody else has to agree first, naming the request that was written down or waits
     */
    void require(Principal who, String action, String subject, String description, String request)
            throws PluginException;

    /** One page of requests, newest first; what nobody agreed to in time is shown as expired. */
    Page<Approval> list(PageRequest page);

    /**
     * One request.
     *
     * @throws PluginException {@code NOT_FOUND}
     */
    Approval get(String id) throws PluginException;

    /**
     * Agrees.
     *
     * @param who an administrator, and never the account that asked
     * @param message why; may be empty
     * @throws PluginException {@code NOT_FOUND}; {@code PERMISSION}; {@code CONFLICT} if it is not pending any more
     */
    Approval approve(String id, Principal who, String message) throws PluginException;

    /** Refuses; as {@link #approve}, but whoever asked may take the request back so. */
    Approval reject(String id, Principal who, String message) throws PluginException;
}
