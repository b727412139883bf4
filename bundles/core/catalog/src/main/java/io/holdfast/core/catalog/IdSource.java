package io.holdfast.core.catalog;

import org.osgi.annotation.versioning.ProviderType;

/** Makes the ids of records. An OSGi service that is always there; may be called from any thread. */
@ProviderType
public interface IdSource {

    /**
     * A new id: a UUID of version 7 in lower case. Ids from one source increase, whatever the clock does; ids of several
     * servers are ordered by time as far as their clocks agree.
     */
    String next();
}
