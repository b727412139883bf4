/** What an instance consists of while it is read or written: disks, trees, streams and items. */
@Version("1.0.0")
@Export
@NullMarked
package io.holdfast.spi.source;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
