/** Where backups are kept: the contract of an object store, from a directory to a cloud bucket or a tape pool. */
@Version("1.1.0")
@Export
@NullMarked
package io.holdfast.spi.destination;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
