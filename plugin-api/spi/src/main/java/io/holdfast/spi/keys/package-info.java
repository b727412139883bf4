/** Who keeps the key that the appliance's secrets depend on: an environment, a security module, a key management service. */
@Version("1.0.0")
@Export
@NullMarked
package io.holdfast.spi.keys;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
