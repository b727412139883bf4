/** Pure functions that decide: what a policy covers, when a schedule is due, which backups a retention rule keeps, and why. */
@Version("1.1.0")
@Export
@NullMarked
package io.holdfast.core.policy;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
