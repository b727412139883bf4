package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.security.SecretStore;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Secret values of tasks (passphrases, choices of a restore) and secret results, sealed in named values of the catalogue.
 * They live as long as their task, because the catalogue keeps parameters readable.
 */
final class SealedValues {

    /** The catalogue takes 16 Ki characters for one value. */
    private static final int PIECE = 12_000;

    private final Catalog catalog;
    private final SecretStore store;

    SealedValues(Catalog catalog, SecretStore store) {
        this.catalog = catalog;
        this.store = store;
    }

    void keep(String owner, Map<String, List<String>> values) {
        String sealed = store.seal(encode(values), name(owner, 0));
        int pieces = 0;
        for (int at = 0; at < sealed.length(); at += PIECE) {
            catalog.setProperty(name(owner, pieces++), sealed.substring(at, Math.min(sealed.length(), at + PIECE)));
        }
        catalog.setProperty(name(owner, pieces), null);
    }

    Map<String, List<String>> read(String owner) throws PluginException {
        StringBuilder sealed = new StringBuilder();
        Optional<String> piece = catalog.property(name(owner, 0));
        for (int i = 1; piece.isPresent(); i++) {
            sealed.append(piece.get());
            piece = catalog.property(name(owner, i));
        }
        return sealed.length() == 0 ? Map.of() : decode(store.unsealBytes(sealed.toString(), name(owner, 0)));
    }

    void remove(String owner) {
        for (int i = 0; catalog.property(name(owner, i)).isPresent(); i++) {
            catalog.setProperty(name(owner, i), null);
        }
    }

    private static String name(String owner, int piece) {
        return "dispatch.sealed." + owner + "." + piece;
    }

    private static byte[] encode(Map<String, List<String>> values) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(values.size());
            for (Map.Entry<String, List<String>> entry : values.entrySet()) {
                text(out, entry.getKey());
                out.writeInt(entry.getValue().size());
                for (String value : entry.getValue()) {
                    text(out, value);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return bytes.toByteArray();
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static Map<String, List<String>> decode(byte[] bytes) throws PluginException {
        Map<String, List<String>> values = new HashMap<>();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int names = in.readInt();
            for (int i = 0; i < names; i++) {
                String name = text(in);
                List<String> list = new ArrayList<>();
                int count = in.readInt();
                for (int k = 0; k < count; k++) {
                    list.add(text(in));
                }
                values.put(name, list);
            }
        } catch (IOException e) {
            throw new PluginException(ErrorKind.CORRUPT_DATA, "the sealed values of a task cannot be read", e);
        }
        return values;
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }
}
