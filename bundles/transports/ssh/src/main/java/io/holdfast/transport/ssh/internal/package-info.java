@NullMarked
package io.holdfast.transport.ssh.internal;

import org.jspecify.annotations.NullMarked;
