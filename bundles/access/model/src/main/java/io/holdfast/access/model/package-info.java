/** What the ways in show and accept: records for JSON, the mapping from the core's records, and the core services they call. */
@Version("1.2.0")
@Export
@NullMarked
package io.holdfast.access.model;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
