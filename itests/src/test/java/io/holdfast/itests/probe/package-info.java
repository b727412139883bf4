/** Looks at the wiring of a running container from inside and writes down what it sees. Is made into a bundle by the tests. */
@NullMarked
package io.holdfast.itests.probe;

import org.jspecify.annotations.NullMarked;
