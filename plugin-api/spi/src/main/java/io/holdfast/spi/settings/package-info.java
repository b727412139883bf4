/** How a plugin describes its settings, so that REST, shell and user interface can render and validate them. */
@Version("1.0.0")
@Export
@NullMarked
package io.holdfast.spi.settings;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
