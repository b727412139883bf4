/** Tests that need a real counterpart: marked, skipped unless asked for, and never skipped silently. */
@NullMarked
package io.holdfast.testkit.lab;

import org.jspecify.annotations.NullMarked;
