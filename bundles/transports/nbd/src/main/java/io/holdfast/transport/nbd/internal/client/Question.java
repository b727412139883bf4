package io.holdfast.transport.nbd.internal.client;

import io.holdfast.spi.PluginException;
import java.io.IOException;

/** What is wanted of a negotiation. */
interface Question<T> {

    T ask(Negotiation negotiation) throws IOException, PluginException;
}
