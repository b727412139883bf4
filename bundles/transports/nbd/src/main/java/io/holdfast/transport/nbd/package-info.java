/** Network block devices: reading, writing and querying an export of any server that speaks the fixed newstyle protocol. */
@Version("1.0.0")
@Export
@NullMarked
package io.holdfast.transport.nbd;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
