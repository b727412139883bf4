/** Who may do what, secrets at rest, and the certificates of this appliance. */
@Version("1.1.0")
@Export
@NullMarked
package io.holdfast.core.security;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
