/**
 * What every plugin must pass: abstract JUnit classes, to be extended once for each plugin, or once for each environment that it
 * is tried in.
 *
 * <p>All abilities are expected. A plugin that lacks one says so by overriding {@code missingCapabilities}; then its absence is
 * tested. Where a plugin rightly behaves otherwise, it overrides that test, asserts what it does instead, and says why.
 */
@NullMarked
package io.holdfast.testkit.contract;

import org.jspecify.annotations.NullMarked;
