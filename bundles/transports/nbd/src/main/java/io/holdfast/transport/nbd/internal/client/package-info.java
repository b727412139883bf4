/** The client's half of the protocol. */
@NullMarked
package io.holdfast.transport.nbd.internal.client;

import org.jspecify.annotations.NullMarked;
