package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Names for files that are not complete yet: told from everybody else's by the task that made them. */
final class TemporaryNames {

    static final String JOURNAL_KIND = "restore-files";

    private static final String MARK = ".holdfast-restore-";
    private static final int PREFIX_LENGTH = MARK.length() + 17;

    private final String prefix;
    private final AtomicLong count = new AtomicLong();

    TemporaryNames(String taskId) throws PluginException {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(taskId.getBytes(StandardCharsets.UTF_8));
            this.prefix = MARK + HexFormat.of().formatHex(hash, 0, 8) + "-";
        } catch (NoSuchAlgorithmException e) {
            throw new PluginException(ErrorKind.INTERNAL, "this Java runtime lacks SHA-256", e);
        }
    }

    byte[] next() {
        return (prefix + Long.toHexString(count.incrementAndGet())).getBytes(StandardCharsets.US_ASCII);
    }

    Map<String, String> journalDetails(byte[] target) {
        return Map.of("target", InstancePath.format(target), "prefix", prefix);
    }

    /** Whether it is a prefix that this class made, and not something in a journal that would match more. */
    static boolean isPrefix(String text) {
        return text.length() == PREFIX_LENGTH && text.matches("\\.holdfast-restore-[0-9a-f]{16}-");
    }
}
