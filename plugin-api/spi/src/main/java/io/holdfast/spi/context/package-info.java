/** What the core hands to a plugin for the duration of one call or task. */
@Version("1.0.0")
@Export
@NullMarked
package io.holdfast.spi.context;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
