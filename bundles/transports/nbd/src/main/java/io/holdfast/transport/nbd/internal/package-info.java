/** What both halves of the protocol share: its numbers, and the connection underneath. */
@NullMarked
package io.holdfast.transport.nbd.internal;

import org.jspecify.annotations.NullMarked;
