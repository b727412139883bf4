package io.holdfast.core.catalog.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.holdfast.core.catalog.CatalogException;
import io.holdfast.spi.ErrorKind;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Maps as canonical JSON: keys sorted, no white space, values strings or arrays of strings, bounded in size. Nothing else
 * is ever read.
 */
final class JsonColumn {

    /** The longest text of one column, in characters. */
    static final int MAX_LENGTH = 1 << 20;

    private static final int MAX_KEY = 255;
    private static final JsonFactory JSON = new JsonFactory();

    private JsonColumn() {}

    static String ofLists(String field, Map<String, List<String>> map) {
        return write(field, map, (json, values) -> {
            json.writeStartArray();
            for (String value : values) {
                json.writeString(Columns.exact(field, value, MAX_LENGTH));
            }
            json.writeEndArray();
        });
    }

    static String ofStrings(String field, Map<String, String> map) {
        return write(field, map, (json, value) -> json.writeString(Columns.exact(field, value, MAX_LENGTH)));
    }

    private static <V> String write(String field, Map<String, V> map, ValueWriter<V> values) {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            for (Map.Entry<String, V> entry : new TreeMap<>(map).entrySet()) {
                json.writeFieldName(Columns.key(field, entry.getKey(), MAX_KEY));
                values.write(json, entry.getValue());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory does not fail", e);
        }
        return Columns.exact(field, out.toString(), MAX_LENGTH);
    }

    static Map<String, List<String>> lists(String text) {
        return read(text, json -> {
            expect(json.currentToken() == JsonToken.START_ARRAY);
            List<String> values = new ArrayList<>();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                values.add(string(json));
            }
            return List.copyOf(values);
        });
    }

    static Map<String, String> strings(String text) {
        return read(text, JsonColumn::string);
    }

    private static <V> Map<String, V> read(String text, ValueReader<V> values) {
        try (JsonParser json = JSON.createParser(text)) {
            Map<String, V> map = new LinkedHashMap<>();
            expect(json.nextToken() == JsonToken.START_OBJECT);
            while (json.nextToken() != JsonToken.END_OBJECT) {
                expect(json.currentToken() == JsonToken.FIELD_NAME);
                String key = json.currentName();
                json.nextToken();
                map.put(key, values.read(json));
            }
            expect(json.nextToken() == null);
            return Map.copyOf(map);
        } catch (IOException e) {
            // without the cause's text: it may quote what is stored
            throw new CatalogException(
                    ErrorKind.CORRUPT_DATA,
                    "the catalogue holds a map that cannot be read; it was damaged or changed by hand",
                    null);
        }
    }

    private static String string(JsonParser json) throws IOException {
        expect(json.currentToken() == JsonToken.VALUE_STRING);
        return json.getText();
    }

    private static void expect(boolean condition) throws IOException {
        if (!condition) {
            throw new IOException("not a map of strings");
        }
    }

    @FunctionalInterface
    private interface ValueWriter<V> {
        void write(JsonGenerator json, V value) throws IOException;
    }

    @FunctionalInterface
    private interface ValueReader<V> {
        V read(JsonParser json) throws IOException;
    }
}
