package io.holdfast.transport.nbd.internal.client;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.transport.nbd.NbdAddress;
import io.holdfast.transport.nbd.NbdClient;
import io.holdfast.transport.nbd.NbdConnectOptions;
import io.holdfast.transport.nbd.NbdListedExport;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/** Makes connections. */
public final class Connector {

    private Connector() {}

    public static NbdClient connect(NbdAddress address, NbdConnectOptions options) throws PluginException {
        throw none(address.toString());
    }

    public static NbdClient over(String peer, InputStream in, OutputStream out, NbdConnectOptions options)
            throws PluginException {
        throw none(peer);
    }

    public static List<NbdListedExport> list(NbdAddress address, NbdConnectOptions options) throws PluginException {
        throw none(address.toString());
    }

    public static List<String> listContexts(NbdAddress address, NbdConnectOptions options) throws PluginException {
        throw none(address.toString());
    }

    private static PluginException none(String peer) {
        return new PluginException(ErrorKind.UNSUPPORTED, "Cannot connect to " + peer + ": this build has no client");
    }
}
