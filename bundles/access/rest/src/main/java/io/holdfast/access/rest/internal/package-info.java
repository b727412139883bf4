/** The REST interface: one JAX-RS application at {@code /api/v1}. Nothing of it is for other bundles. */
@NullMarked
package io.holdfast.access.rest.internal;

import org.jspecify.annotations.NullMarked;
