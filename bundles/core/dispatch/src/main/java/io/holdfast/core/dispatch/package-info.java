/** Requests become workflows of tasks here, which nodes lease, run and report on. */
@Version("1.4.0")
@Export
@NullMarked
package io.holdfast.core.dispatch;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
