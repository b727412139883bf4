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
 * @param older names of checkpoints of earlier backups of the chain that may be left on the host, if the node died before it
 *     could remove them
 * @param disks those that have a bitmap in it
 * @param host where the machine was; empty if it is not known
 */
record Token(String checkpoint, List<String> older, List<Disk> disks, String host) {

    private static final String VERSION = "libvirt-1";
    private static final int MAX_LENGTH = 65_536;
    private static final int MAX_OLDER = 20;

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
        older = List.copyOf(older.subList(0, Math.min(MAX_OLDER, older.size())));
        disks = List.copyOf(disks);
    }

    Token(String checkpoint, List<Disk> disks) {
        this(checkpoint, List.of(), disks, "");
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
            List<String> rest = List.of(first).subList(1, first.length);
            boolean located = !rest.isEmpty() && rest.get(rest.size() - 1).startsWith("@");
            List<String> names = located ? rest.subList(0, rest.size() - 1) : rest;
            if (!first[0].equals(VERSION) || names.isEmpty() || !names.stream().allMatch(Checkpoints::isOurs)) {
                return Optional.empty();
            }
            List<Disk> disks = new ArrayList<>();
            for (String line : lines.subList(1, lines.size())) {
                String[] words = line.split(" ", -1);
                disks.add(new Disk(decode(words[0]), decode(words[1]), decode(words[2]), Long.parseLong(words[3])));
            }
            String host = located ? decode(rest.get(rest.size() - 1).substring(1)) : "";
            return Optional.of(new Token(names.get(0), names.subList(1, names.size()), disks, host));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    /** The checkpoints that a next backup of the chain makes useless. */
    List<String> checkpoints() {
        List<String> all = new ArrayList<>(List.of(checkpoint));
        all.addAll(older);
        return all;
    }

    /** The checkpoints of what may be a token. */
    static List<String> checkpoints(Optional<ChangeToken> token) {
        return token.flatMap(Token::parse).map(Token::checkpoints).orElse(List.of());
    }

    /** Empty if it would be longer than a token may be. */
    Optional<ChangeToken> format() {
        StringBuilder text = new StringBuilder(VERSION + " " + checkpoint);
        older.forEach(name -> text.append(' ').append(name));
        text.append(host.isEmpty() ? "" : " @" + encode(host));
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
