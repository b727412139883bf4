/** Commands, files and forwarded sockets on hosts over SSH: the way into every host that has no other interface. */
@Version("1.0.0")
@Export
@NullMarked
package io.holdfast.transport.ssh;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
