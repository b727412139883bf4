package io.holdfast.transport.nbd.internal.client;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.transport.nbd.internal.Proto;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.AccessDeniedException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What failures are called, by kind and in words. */
final class Failures {

    private static final int SHOWN = 200;

    private Failures() {}

    /** A broken connection. */
    static PluginException of(String what, IOException e) {
        if (e instanceof Violation) {
            return new PluginException(
                    ErrorKind.CORRUPT_DATA, what + ": the server breaks the protocol: " + e.getMessage(), e);
        }
        if (e instanceof SSLException) {
            return new PluginException(
                    ErrorKind.AUTHENTICATION,
                    what + ": TLS failed (" + shown(e.getMessage()) + "); compare the certificates of both sides",
                    e);
        }
        if (e instanceof SocketTimeoutException) {
            return new PluginException(ErrorKind.TIMEOUT, what + ": no answer; check the network and the server", e);
        }
        if (e instanceof AccessDeniedException) {
            return new PluginException(ErrorKind.PERMISSION, what + ": access to the socket is denied", e);
        }
        String why = e instanceof EOFException || e.getMessage() == null ? "connection closed" : e.getMessage();
        return new PluginException(
                ErrorKind.UNAVAILABLE, what + ": " + shown(why) + "; see that the server is running", e);
    }

    /** An error that the server answered with, section "Error values". */
    static PluginException ofErrno(String what, int errno, @Nullable String text) {
        String said = text == null || text.isBlank() ? "" : " (" + shown(text) + ")";
        return switch (errno) {
            case Proto.EPERM ->
                new PluginException(ErrorKind.PERMISSION, what + ": the server does not permit it" + said);
            case Proto.ENOSPC -> new PluginException(ErrorKind.QUOTA, what + ": no space left on the server" + said);
            case Proto.EINVAL, Proto.ENOTSUP, Proto.EOVERFLOW ->
                new PluginException(ErrorKind.UNSUPPORTED, what + ": the server cannot do this, error " + errno + said);
            case Proto.ESHUTDOWN ->
                new PluginException(ErrorKind.UNAVAILABLE, what + ": the server is shutting down" + said);
            default ->
                new PluginException(
                        ErrorKind.UNAVAILABLE,
                        what + ": the server failed with error " + errno + said + "; see its log and its storage");
        };
    }

    /** An option that the server refused, section "Option reply types". */
    static PluginException ofOption(String what, int reply, String text) {
        String said = text.isBlank() ? "" : " (" + shown(text) + ")";
        return switch (reply) {
            case Proto.REP_ERR_UNKNOWN ->
                new PluginException(ErrorKind.NOT_FOUND, what + ": the server has no such export" + said);
            case Proto.REP_ERR_POLICY ->
                new PluginException(ErrorKind.PERMISSION, what + ": the server's policy forbids it" + said);
            case Proto.REP_ERR_TLS_REQD ->
                new PluginException(
                        ErrorKind.INVALID_CONFIG, what + ": the server insists on TLS; configure certificates" + said);
            case Proto.REP_ERR_SHUTDOWN ->
                new PluginException(ErrorKind.UNAVAILABLE, what + ": the server is shutting down" + said);
            default ->
                new PluginException(
                        ErrorKind.UNSUPPORTED,
                        what + ": the server refuses, reply " + Integer.toUnsignedString(reply) + said);
        };
    }

    /** The same failure once more, with the stack of the thread that meets it now. */
    static PluginException again(PluginException failure) {
        String message = failure.getMessage();
        return new PluginException(failure.kind(), message == null ? "" : message, failure);
    }

    /** What comes from outside, made fit for a log. */
    private static String shown(@Nullable String text) {
        String clean = text == null ? "" : text.replaceAll("[\\p{Cntrl}]+", " ").strip();
        return clean.length() <= SHOWN ? clean : clean.substring(0, SHOWN) + "...";
    }
}
