/** The plugins that are installed now, and how to use one without being surprised by its departure. */
@Version("1.1.0")
@Export
@NullMarked
package io.holdfast.core.plugins;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
