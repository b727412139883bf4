/** Network block devices: making anything that can be read at any offset an export for QEMU, nbdkit or a kernel's client. */
@Version("1.1.0")
@Export
@NullMarked
package io.holdfast.transport.nbd.server;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
