package io.holdfast.transport.nbd.internal.client;

import io.holdfast.transport.nbd.NbdExportInfo;
import io.holdfast.transport.nbd.internal.Link;
import io.holdfast.transport.nbd.internal.WireInput;
import java.util.Map;

/**
 * What a negotiation has led to.
 *
 * @param link perhaps another one than at the beginning: TLS
 * @param contexts the numbers of the metadata contexts, by name
 */
record Session(Link link, WireInput in, NbdExportInfo info, Map<String, Integer> contexts, boolean structured) {}
