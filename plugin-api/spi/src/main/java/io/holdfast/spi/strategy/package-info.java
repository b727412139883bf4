/** How the instances of a provider are found, exported and imported. */
@Version("1.1.0")
@Export
@NullMarked
package io.holdfast.spi.strategy;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
