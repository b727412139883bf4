package io.holdfast.core.scheduler;

import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.catalog.PolicyItem;
import io.holdfast.core.catalog.PolicyRun;
import io.holdfast.spi.PluginException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Policies, and what they did. An OSGi service, present while the catalogue is. Safe for use from any thread. Common failures:
 * {@code NOT_FOUND} for an unknown id, {@code INVALID_CONFIG} for what makes no sense, {@code ALREADY_EXISTS} for a name that is
 * taken. Failures of the catalogue itself are {@link io.holdfast.core.catalog.CatalogException}s.
 */
@ProviderType
public interface Policies {

    /** One page of policies, by name. */
    Page<PolicyInfo> list(PageRequest page);

    /** A policy by its id. */
    Optional<PolicyInfo> find(String id);

    /**
     * Refuses what {@link #create} or {@link #update} would refuse now; changes nothing.
     *
     * @param id of the policy that would be changed; null for a new one
     */
    void check(@Nullable String id, PolicySpec spec) throws PluginException;

    /** Adds a policy. Its schedules are not due for times that have passed. */
    PolicyInfo create(PolicySpec spec) throws PluginException;

    /** Changes a policy. New schedules are not due for times that have passed. */
    PolicyInfo update(String id, PolicySpec spec) throws PluginException;

    /** Removes a policy with what is remembered of its runs; what it made stays. Removing what is not there is harmless. */
    void remove(String id) throws PluginException;

    /** What a policy would do now; changes nothing. */
    PolicyPreview preview(String id) throws PluginException;

    /**
     * Begins a run now, besides the schedules and whether the policy is enabled or not.
     *
     * @param full whether everything is read
     * @param user who asks
     */
    PolicyRun run(String id, boolean full, String user) throws PluginException;

    /** One page of the runs of a policy, newest first. */
    Page<PolicyRun> runs(String id, PageRequest page) throws PluginException;

    /** A run by its id. */
    Optional<PolicyRun> findRun(String runId);

    /** What became of each instance in a run of a policy. */
    List<PolicyItem> items(String id, String runId) throws PluginException;
}
