package io.holdfast.transport.nbd.internal.client;

import io.holdfast.spi.PluginException;
import io.holdfast.transport.nbd.NbdAddress;
import io.holdfast.transport.nbd.NbdClient;
import io.holdfast.transport.nbd.NbdConnectOptions;
import io.holdfast.transport.nbd.NbdListedExport;
import io.holdfast.transport.nbd.internal.ChannelLink;
import io.holdfast.transport.nbd.internal.StreamLink;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes connections. */
public final class Connector {

    private Connector() {}

    /** See {@link NbdClient#connect}. */
    public static NbdClient connect(NbdAddress address, NbdConnectOptions options) throws PluginException {
        String what = "Open NBD export '" + options.exportName() + "' of " + address;
        return Reader.start(
                what,
                address.toString(),
                () -> ChannelLink.open(address, options.connectTimeout()),
                options,
                tlsName(address, options));
    }

    /** See {@link NbdClient#over}. */
    public static NbdClient over(String peer, InputStream in, OutputStream out, NbdConnectOptions options)
            throws PluginException {
        String what = "Open NBD export '" + options.exportName() + "' of " + peer;
        return Reader.start(what, peer, () -> StreamLink.of(peer, in, out), options, options.tlsServerName());
    }

    /** See {@link NbdClient#list}. */
    public static List<NbdListedExport> list(NbdAddress address, NbdConnectOptions options) throws PluginException {
        String what = "List the NBD exports of " + address;
        return ask(what, address, options, Negotiation::list);
    }

    /** See {@link NbdClient#listContexts}. */
    public static List<String> listContexts(NbdAddress address, NbdConnectOptions options) throws PluginException {
        String what = "List the contexts of NBD export '" + options.exportName() + "' of " + address;
        return ask(what, address, options, Negotiation::listContexts);
    }

    private static <T> T ask(String what, NbdAddress address, NbdConnectOptions options, Question<T> question)
            throws PluginException {
        var attempt = new Attempt<T>(
                what, () -> ChannelLink.open(address, options.connectTimeout()), options, tlsName(address, options));
        var thread = new Thread(() -> attempt.run(question, answer -> attempt.abandon()), "nbd-ask " + address);
        thread.setDaemon(true);
        thread.start();
        return attempt.await();
    }

    private static @Nullable String tlsName(NbdAddress address, NbdConnectOptions options) {
        if (options.tlsServerName() == null && address instanceof NbdAddress.Tcp tcp) {
            return tcp.host();
        }
        return options.tlsServerName();
    }
}
