/** Keeps objects as files below directories of mounted file systems. */
@NullMarked
package io.holdfast.destination.filesystem.internal;

import org.jspecify.annotations.NullMarked;
