/** Policies: what is protected without anybody asking. They become workflows here, exactly once however many servers there are. */
@Version("1.0.0")
@Export
@NullMarked
package io.holdfast.core.scheduler;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
