/** The records that the control plane keeps, and the repositories that keep them. How anything is done is not known here. */
@Version("1.4.0")
@Export
@NullMarked
package io.holdfast.core.catalog;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
