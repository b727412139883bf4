/** Reads a vault without an appliance: destination and strategy are found as plain services, nothing is written to it. */
@NullMarked
package io.holdfast.access.cli.offline;

import org.jspecify.annotations.NullMarked;
