/** Contexts that remember what happened, and destinations and providers that live in memory: for tests, without mocks. */
@NullMarked
package io.holdfast.testkit.fake;

import org.jspecify.annotations.NullMarked;
