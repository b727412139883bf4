package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.strategy.ChangeToken;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a backup has captured: the checkpoint from which libvirt counts changes, and what the disks were then. Written as lines
 * of words, each encoded as in a URL.
 *
 * @param checkpoint its name
 * @param disks those that have a bitmap in it
 * @param host where the machine was; empty if it is not known
 */
record Token(String checkpoint, List<Disk> disks, String host) {

    private static final String VERSION = "libvirt-1";
    private static final int MAX_LENGTH = 65_536;

    /**
     * What makes a disk the same disk.
     *
     * @param target its name in the machine
     * @param path of its file
     * @param inode of its file, so that a file that was put in its place is noticed
     * @param size in bytes
     */
    record Disk(String target, String path, String inode, long size) {}

    private static final String STOPPED = "libvirt-stopped";
    private static final String WHOLE = "libvirt-whole";

    Token {
        disks = List.copyOf(disks);
    }

    Token(String checkpoint, List<Disk> disks) {
        this(checkpoint, disks, "");
    }

    /** The token of a backup of a stopped machine: there is no checkpoint to count changes from. */
    static ChangeToken ofStopped() {
        return new ChangeToken(STOPPED);
    }

    /** The token of a backup of a running machine that has left no checkpoint: the next one is not the first. */
    static ChangeToken ofWhole() {
        return new ChangeToken(WHOLE);
    }

    static boolean saysWhole(ChangeToken token) {
        return token.value().equals(WHOLE);
    }

    static boolean saysStopped(ChangeToken token) {
        return token.value().equals(STOPPED);
    }

    /** Reads a token; empty for what is none of ours. */
    static Optional<Token> parse(ChangeToken token) {
        try {
            List<String> lines = token.value().lines().toList();
            if (lines.isEmpty() || token.value().length() > MAX_LENGTH) {
                return Optional.empty();
            }
            String[] first = lines.get(0).split(" ");
            if (first.length < 2
                    || first.length > 3
                    || first.length == 3 && !first[2].startsWith("@")
                    || !first[0].equals(VERSION)
                    || !Checkpoints.isOurs(first[1])) {
                return Optional.empty();
            }
            List<Disk> disks = new ArrayList<>();
            for (String line : lines.subList(1, lines.size())) {
                String[] words = line.split(" ", -1);
                disks.add(new Disk(decode(words[0]), decode(words[1]), decode(words[2]), Long.parseLong(words[3])));
            }
            return Optional.of(new Token(first[1], disks, first.length == 3 ? decode(first[2].substring(1)) : ""));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    /** Empty if it would be longer than a token may be. */
    Optional<ChangeToken> format() {
        StringBuilder text =
                new StringBuilder(VERSION + " " + checkpoint + (host.isEmpty() ? "" : " @" + encode(host)));
        for (Disk disk : disks) {
            text.append('\n')
                    .append(String.join(
                            " ", encode(disk.target), encode(disk.path), encode(disk.inode), Long.toString(disk.size)));
        }
        return text.length() > MAX_LENGTH ? Optional.empty() : Optional.of(new ChangeToken(text.toString()));
    }

    private static String encode(String word) {
        return URLEncoder.encode(word, StandardCharsets.UTF_8);
    }

    private static String decode(String word) {
        return URLDecoder.decode(word, StandardCharsets.UTF_8);
    }
}
