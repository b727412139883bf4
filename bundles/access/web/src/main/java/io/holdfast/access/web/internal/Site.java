package io.holdfast.access.web.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The files of the web interface in memory. Only what was put in can be found: a name is looked up, never resolved. Safe for use from
 * any thread.
 *
 * <p>Files are addressed below a digest of all of them, so that they can be kept by browsers for ever and never be mixed with those of
 * another version. The page itself has an address that stays; it names the files by the digest of the moment.
 */
final class Site {

    /** The page. */
    static final String PAGE = "index.html";

    private static final String PLACE = "{{static}}";
    private static final int DIGITS = 20;
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "txt", "text/plain; charset=utf-8");

    private final Map<String, Asset> assets = new HashMap<>();
    private final Asset page;
    private final String digest;

    /**
     * One file.
     *
     * @param content its bytes, never to be changed
     * @param type its media type
     * @param tag its strong entity tag, with quotes
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Asset(byte[] content, String type, String tag) {}

    /**
     * @param files content by name, such as {@code pages/backup.js}; {@value #PAGE} must be among them
     * @param base where the files will be addressed, such as {@code /ui/static/}: the digest and the name come after that
     */
    Site(Map<String, byte[]> files, String base) {
        byte[] html = files.get(PAGE);
        if (html == null) {
            throw new IllegalStateException("the bundle has no " + PAGE + "; it was built without its resources");
        }
        digest = digest(files);
        files.forEach((name, content) -> {
            if (!name.equals(PAGE)) {
                assets.put(name, asset(name, content));
            }
        });
        String filled = new String(html, StandardCharsets.UTF_8).replace(PLACE, base + digest);
        page = asset(PAGE, filled.getBytes(StandardCharsets.UTF_8));
    }

    private static Asset asset(String name, byte[] content) {
        String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
        return new Asset(content, type, '"' + digest(Map.of("", content)) + '"');
    }

    /** The digest that addresses of files begin with. */
    String digest() {
        return digest;
    }

    /** The page, whichever address is asked for: it finds out by itself what to show. */
    Asset page() {
        return page;
    }

    /** The file with that name below that digest; empty if there is none, or if the digest is that of another version. */
    Optional<Asset> find(String askedDigest, String name) {
        return askedDigest.equals(digest) ? Optional.ofNullable(assets.get(name)) : Optional.empty();
    }

    private static String digest(Map<String, byte[]> files) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            new TreeMap<>(files).forEach((name, content) -> {
                byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
                sha.update(ByteBuffer.allocate(2 * Integer.BYTES)
                        .putInt(bytes.length)
                        .putInt(content.length)
                        .array());
                sha.update(bytes);
                sha.update(content);
            });
            return HexFormat.of().formatHex(sha.digest()).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }
}
