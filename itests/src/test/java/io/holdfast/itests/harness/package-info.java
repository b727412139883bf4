/** Starts appliances as child processes and uses them as an administrator would: over REST, SSH and the file system. */
@NullMarked
package io.holdfast.itests.harness;

import org.jspecify.annotations.NullMarked;
