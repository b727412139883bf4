/** The shell's commands, scope {@code holdfast}. Nothing of it is for other bundles. */
@NullMarked
package io.holdfast.access.shell.internal;

import org.jspecify.annotations.NullMarked;
