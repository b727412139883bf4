/** The node side: the one interface through which a node reaches the control plane, and what a node offers. */
@Version("1.2.0")
@Export
@NullMarked
package io.holdfast.core.worker;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
