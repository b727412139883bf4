package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.context.PluginContext;
import io.holdfast.spi.context.TaskContext;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.UUID;

/** Makes names for what a task creates on the host. They cannot be guessed, and say whose they are. */
final class SessionNames {

    private final String prefix;
    private final SecureRandom random;

    SessionNames(PluginContext plugin, TaskContext context, SecureRandom random) {
        this.prefix = safe(plugin.applianceId(), 24) + "-" + safe(context.taskId(), 24);
        this.random = random;
    }

    String unique() {
        return prefix + "-" + suffix();
    }

    /** Sixteen hexadecimal digits. */
    String suffix() {
        byte[] bytes = new byte[8];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    String uuid() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        bytes[6] = (byte) (bytes[6] & 0x0f | 0x40);
        bytes[8] = (byte) (bytes[8] & 0x3f | 0x80);
        java.nio.ByteBuffer buffer = java.nio.ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong()).toString();
    }

    /** The end of a name, of letters, digits and dashes only. */
    static String safe(String text, int max) {
        String safe = text.replaceAll("[^A-Za-z0-9]+", "-").replaceAll("^-+|-+$", "");
        String end = safe.length() > max ? safe.substring(safe.length() - max) : safe;
        return end.isEmpty() ? "x" : end;
    }
}
