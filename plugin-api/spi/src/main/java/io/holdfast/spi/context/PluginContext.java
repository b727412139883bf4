package io.holdfast.spi.context;

import java.nio.file.Path;
import java.time.Clock;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a plugin may use between opening and closing a destination or a provider connection. Provided by the core.
 */
@ProviderType
public interface PluginContext {

    /** The only source of time. Tests and clock steps come through here. */
    Clock clock();

    /** Identifies this appliance, so that two of them cannot take the same thing for theirs. At most 64 characters. */
    String applianceId();

    /** A private directory of this node that survives restarts but may be lost; caches only. It exists. */
    Path stateDirectory();
}
