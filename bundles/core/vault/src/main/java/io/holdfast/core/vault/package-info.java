/** The repository that keeps backups on a destination: deduplicated, compressed, encrypted, write-once. */
@Version("1.4.0")
@Export
@NullMarked
package io.holdfast.core.vault;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
