/** Follows the core services as they come and go. */
@NullMarked
package io.holdfast.access.model.internal;

import org.jspecify.annotations.NullMarked;
