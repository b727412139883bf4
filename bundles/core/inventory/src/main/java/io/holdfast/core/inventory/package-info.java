/** The providers, destinations and instances of this appliance as administrators define and see them. */
@Version("1.0.0")
@Export
@NullMarked
package io.holdfast.core.inventory;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
