package io.holdfast.access.rest.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.holdfast.access.model.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.stream.Stream;
import javax.ws.rs.Consumes;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.MultivaluedMap;
import javax.ws.rs.ext.MessageBodyReader;
import javax.ws.rs.ext.MessageBodyWriter;
import javax.ws.rs.ext.Provider;

/** Reads and writes records, and nothing but records. */
@Provider
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
final class JsonBodies implements MessageBodyReader<Object>, MessageBodyWriter<Object> {

    private final Json json;
    private final JsonErrors errors;

    JsonBodies(Json json, Problems problems) {
        this.json = json;
        this.errors = new JsonErrors(problems);
    }

    @Override
    public boolean isReadable(Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
        return Record.class.isAssignableFrom(type);
    }

    @Override
    public Object readFrom(
            Class<Object> type,
            Type generic,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, String> headers,
            InputStream body)
            throws IOException {
        try {
            return json.read(orEmptyObject(type, body), generic);
        } catch (JsonProcessingException e) {
            throw errors.problem(e);
        }
    }

    /** No body at all stands for an empty object where every field may be left out. */
    private static InputStream orEmptyObject(Class<?> type, InputStream body) throws IOException {
        PushbackInputStream in = new PushbackInputStream(body);
        int first = in.read();
        if (first >= 0) {
            in.unread(first);
            return in;
        }
        RecordComponent[] components = type.getRecordComponents();
        boolean optional = components != null && Stream.of(components).allMatch(Json::mayBeAbsent);
        return new ByteArrayInputStream(optional ? new byte[] {'{', '}'} : new byte[0]);
    }

    @Override
    public boolean isWriteable(Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
        return Record.class.isAssignableFrom(type);
    }

    @Override
    public void writeTo(
            Object value,
            Class<?> type,
            Type generic,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, Object> headers,
            OutputStream body)
            throws IOException {
        json.write(value, body);
    }
}
