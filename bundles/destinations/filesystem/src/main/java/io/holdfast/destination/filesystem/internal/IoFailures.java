package io.holdfast.destination.filesystem.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Locale;

/**
 * The one place where failures of the file system become error kinds.
 *
 * <p>Java shows the type of a few failures and only the operating system's text of all others. The texts are those of the C
 * library in English; the service has to run with {@code LC_MESSAGES=C}. What is not recognised is {@code UNAVAILABLE}.
 */
final class IoFailures {

    private record Rule(String text, ErrorKind kind, String advice) {}

    private static final List<Rule> RULES = List.of(
            new Rule("no space left", ErrorKind.QUOTA, "free or add space"),
            new Rule("disk quota exceeded", ErrorKind.QUOTA, "raise the quota or free space"),
            new Rule(
                    "file too large",
                    ErrorKind.QUOTA,
                    "the file system or a limit of the service forbids files of this size"),
            new Rule(
                    "read-only file system",
                    ErrorKind.PERMISSION,
                    "the file system is mounted read-only; mount it writable"),
            new Rule("permission denied", ErrorKind.PERMISSION, "give the user of the service access to it"),
            new Rule("operation not permitted", ErrorKind.PERMISSION, "give the user of the service access to it"),
            new Rule("not a directory", ErrorKind.INVALID_CONFIG, "a file is where a directory should be"),
            new Rule("is a directory", ErrorKind.CORRUPT_DATA, "a directory is where a file should be"),
            new Rule("structure needs cleaning", ErrorKind.CORRUPT_DATA, "the file system is damaged; check it"),
            new Rule(
                    "stale file handle", ErrorKind.UNAVAILABLE, "the export was changed on the server; mount it again"),
            new Rule(
                    "input/output error",
                    ErrorKind.UNAVAILABLE,
                    "look into the kernel's log; the medium may be failing"),
            new Rule("transport endpoint", ErrorKind.UNAVAILABLE, "the mount has lost its server; mount it again"),
            new Rule("too many open files", ErrorKind.UNAVAILABLE, "raise the service's limit of open files"));

    private IoFailures() {}

    /**
     * @param attempted completes "cannot ...", with the file concerned
     */
    static PluginException classify(IOException failure, String attempted) {
        if (failure.getCause() instanceof PluginException known) {
            return known;
        }
        String reason = reasonOf(failure);
        String lower = reason.toLowerCase(Locale.ROOT);
        for (Rule rule : RULES) {
            if (lower.contains(rule.text)) {
                return new PluginException(
                        rule.kind, "cannot " + attempted + ": " + reason + "; " + rule.advice, failure);
            }
        }
        return new PluginException(ErrorKind.UNAVAILABLE, "cannot " + attempted + ": " + reason, failure);
    }

    /**
     * The same for the content of a file that could be opened: what the medium cannot read is damage of that file, which may be mended,
     * rather than a failure of the place.
     */
    static PluginException classifyRead(IOException failure, String attempted) {
        if (failure.getCause() == null
                && reasonOf(failure).toLowerCase(Locale.ROOT).contains("input/output error")) {
            return new PluginException(
                    ErrorKind.CORRUPT_DATA,
                    "cannot " + attempted + ": " + reasonOf(failure)
                            + "; the medium cannot read a part of it, look into the kernel's log",
                    failure);
        }
        return classify(failure, attempted);
    }

    private static String reasonOf(IOException failure) {
        if (failure instanceof AccessDeniedException) {
            return "Permission denied";
        }
        if (failure instanceof NotDirectoryException) {
            return "Not a directory";
        }
        if (failure instanceof NoSuchFileException) {
            return "No such file or directory";
        }
        if (failure instanceof ClosedByInterruptException) {
            return "the thread was interrupted";
        }
        String reason = failure instanceof FileSystemException e ? e.getReason() : failure.getMessage();
        return reason == null ? failure.getClass().getSimpleName() : reason;
    }
}
