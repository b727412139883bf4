/** Checks of a customer's own storage. Without JUnit, so that a product can carry this package. */
@NullMarked
package io.holdfast.testkit.validation;

import org.jspecify.annotations.NullMarked;
