/** The command line: what somebody types to make the first backup, to see what there is and to get it back. */
@NullMarked
package io.holdfast.access.cli;

import org.jspecify.annotations.NullMarked;
