/** A sample: a destination in the memory of the node. */
@NullMarked
package io.holdfast.sample.destination.memory.internal;

import org.jspecify.annotations.NullMarked;
