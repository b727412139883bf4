package io.holdfast.core.role.internal;

import java.util.Set;

/** The two things a role needs of the container. */
interface InstalledFeatures {

    /** Those of the given features that somebody asked for. */
    Set<String> required(Set<String> names) throws Exception;

    /** Installs and removes in this order; either set may be empty. */
    void change(Set<String> install, Set<String> remove) throws Exception;
}
