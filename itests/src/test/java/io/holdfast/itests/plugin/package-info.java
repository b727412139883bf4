/**
 * A strategy whose only instance is a stream of bytes with a gate in its middle: reading stops there until the test opens
 * it. Whatever has to happen while a task runs can so be made to happen then, not about then. Is made into a bundle and
 * deployed by the tests.
 */
@NullMarked
package io.holdfast.itests.plugin;

import org.jspecify.annotations.NullMarked;
