/** Compares trees of files, content and metadata. */
@NullMarked
package io.holdfast.testkit.tree;

import org.jspecify.annotations.NullMarked;
