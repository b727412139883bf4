/**
 * Makes good destinations and strategies fail as real ones do: decorators over the plugin interfaces, driven by a plan that is
 * scripted, or random with a seed that replays it.
 */
@NullMarked
package io.holdfast.testkit.fault;

import org.jspecify.annotations.NullMarked;
