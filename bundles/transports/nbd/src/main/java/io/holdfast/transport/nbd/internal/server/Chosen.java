package io.holdfast.transport.nbd.internal.server;

import io.holdfast.transport.nbd.internal.Link;
import io.holdfast.transport.nbd.internal.WireInput;
import io.holdfast.transport.nbd.server.NbdExport;

/** What a client has chosen. */
record Chosen(Link link, WireInput in, String name, NbdExport export, boolean structured, boolean allocation) {}
