/** What every plugin shares with the core: how failures are classified and reported. */
@Version("1.0.0")
@Export
@NullMarked
package io.holdfast.spi;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
