/** A sample: instances whose data are computed, the same for the same settings and day. */
@NullMarked
package io.holdfast.sample.strategy.generated.internal;

import org.jspecify.annotations.NullMarked;
