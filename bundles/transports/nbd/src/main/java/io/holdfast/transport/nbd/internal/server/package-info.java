/** The server's half of the protocol. */
@NullMarked
package io.holdfast.transport.nbd.internal.server;

import org.jspecify.annotations.NullMarked;
