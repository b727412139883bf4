package io.holdfast.testkit.fake;

import io.holdfast.spi.destination.Content;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.Random;

/** Contents to be stored: good ones, and ones that misbehave. */
public final class TestContents {

    private TestContents() {}

    /** Bytes that look random and are the same for the same seed. */
    public static byte[] bytes(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** The SHA-256 of bytes. */
    public static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Bytes with the hash of them. */
    public static Content hashed(byte[] bytes) {
        return hashed(bytes, sha256(bytes));
    }

    /** Bytes with any hash, also a wrong one. */
    public static Content hashed(byte[] bytes, byte[] hash) {
        return new Streamed(bytes.length, Optional.of(hash)) {
            @Override
            public InputStream open() {
                return new ByteArrayInputStream(bytes);
            }
        };
    }

    /** Says another length than it has. */
    public static Content ofWrongLength(byte[] bytes, long announced) {
        return new Streamed(announced, Optional.empty()) {
            @Override
            public InputStream open() {
                return new ByteArrayInputStream(bytes);
            }
        };
    }

    /** Breaks while it is read. */
    public static Content breakingAfter(byte[] bytes, int good) {
        return new Streamed(bytes.length, Optional.empty()) {
            @Override
            public InputStream open() {
                return new BreakingStream(bytes, good);
            }
        };
    }

    private abstract static class Streamed implements Content {
        private final long length;
        private final Optional<byte[]> hash;

        Streamed(long length, Optional<byte[]> hash) {
            this.length = length;
            this.hash = hash;
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public Optional<byte[]> sha256() {
            return hash;
        }

        @Override
        public Optional<Path> file() {
            return Optional.empty();
        }

        @Override
        public boolean consumable() {
            return false;
        }
    }

    private static final class BreakingStream extends InputStream {
        private final byte[] bytes;
        private final int good;
        private int position;

        BreakingStream(byte[] bytes, int good) {
            this.bytes = bytes;
            this.good = good;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (position >= good) {
                throw new IOException("the source broke, as the test wanted");
            }
            int n = Math.min(length, good - position);
            System.arraycopy(bytes, position, target, offset, n);
            position += n;
            return n;
        }
    }
}
