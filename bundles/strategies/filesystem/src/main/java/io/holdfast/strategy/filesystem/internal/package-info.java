/** The storage provider "File system": trees of files of this node. Nothing here is exported. */
@NullMarked
package io.holdfast.strategy.filesystem.internal;

import org.jspecify.annotations.NullMarked;
