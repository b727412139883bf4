package io.holdfast.core.catalog;

import java.time.Instant;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Why the catalogue is there or not. An OSGi service that is always there, so that health checks and the shell can say
 * what is wrong while {@link Catalog} is missing.
 */
@ProviderType
public interface CatalogState {

    /** How the catalogue is now. */
    Status status();

    /** How the catalogue can be. */
    enum Phase {
        /** It is being opened, or its schema is being prepared. */
        OPENING,
        /** It works. */
        READY,
        /** The database does not answer; it is tried again. */
        UNREACHABLE,
        /** The database is damaged. Somebody has to act. */
        DAMAGED,
        /** The database was written by a newer release. Somebody has to act. */
        NEWER_SCHEMA,
        /** The configuration makes no sense, or the database refuses it. Somebody has to act. */
        MISCONFIGURED
    }

    /**
     * How the catalogue is.
     *
     * @param phase where it is
     * @param database which database, without credentials
     * @param message what was found and what to do; empty if it works
     * @param since since when
     */
    record Status(Phase phase, String database, String message, Instant since) {}
}
