package io.holdfast.transport.nbd.internal.client;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.transport.nbd.NbdConnectOptions;
import io.holdfast.transport.nbd.internal.Link;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Connecting and negotiating in one thread, while another one waits, but not for ever. */
final class Attempt<T> {

    /** Opens the connection underneath. */
    interface Opener {
        Link open() throws IOException;
    }

    private final String what;
    private final Opener opener;
    private final NbdConnectOptions options;
    private final @Nullable String tlsName;
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private @Nullable Link link;
    private boolean abandoned;

    Attempt(String what, Opener opener, NbdConnectOptions options, @Nullable String tlsName) {
        this.what = what;
        this.opener = opener;
        this.options = options;
        this.tlsName = tlsName;
    }

    /** @param next is called with the answer, in this thread, before the waiting one gets it */
    void run(Question<T> question, Consumer<T> next) {
        try {
            Link opened = opener.open();
            keep(opened);
            T answer = question.ask(new Negotiation(what, opened, options, tlsName));
            next.accept(answer);
            result.complete(answer);
        } catch (IOException e) {
            abandon();
            result.completeExceptionally(Failures.of(what, e));
        } catch (PluginException | RuntimeException e) {
            abandon();
            result.completeExceptionally(e);
        }
    }

    private synchronized void keep(Link opened) {
        link = opened;
        if (abandoned) {
            opened.close();
        }
    }

    /** Ends the connection, also one that is only being made. */
    synchronized void abandon() {
        abandoned = true;
        if (link != null) {
            link.close();
        }
    }

    /** Waits for the answer as long as the options allow. */
    T await() throws PluginException {
        try {
            return result.get(options.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            abandon();
            throw new PluginException(
                    ErrorKind.TIMEOUT,
                    what + ": not ready within " + options.connectTimeout().toMillis()
                            + " ms; check the network and the server",
                    e);
        } catch (InterruptedException e) {
            abandon();
            Thread.currentThread().interrupt();
            throw new PluginException(ErrorKind.CANCELLED, what + ": interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PluginException failure) {
                throw Failures.again(failure);
            }
            throw new PluginException(ErrorKind.INTERNAL, what + ": " + e.getCause(), e);
        }
    }
}
