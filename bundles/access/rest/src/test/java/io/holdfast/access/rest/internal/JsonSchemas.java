package io.holdfast.access.rest.internal;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.access.model.Json;
import io.holdfast.access.model.SettingValue;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** JSON schemas (2020-12) of our records. */
final class JsonSchemas {

    private final JsonNodeFactory nodes = JsonNodeFactory.instance;
    private final Map<String, ObjectNode> schemas = new TreeMap<>();
    private final SourceDocs docs;

    JsonSchemas(SourceDocs docs) {
        this.docs = docs;
    }

    Map<String, ObjectNode> all() {
        return schemas;
    }

    /** The schema of a type; of a record a reference to it. */
    ObjectNode of(Type type) {
        if (type instanceof ParameterizedType generic) {
            Class<?> raw = (Class<?>) generic.getRawType();
            Type[] arguments = generic.getActualTypeArguments();
            if (raw == List.class) {
                return typed("array").set("items", of(arguments[0]));
            } else if (raw == Map.class) {
                return typed("object").set("additionalProperties", of(arguments[1]));
            }
            return record(raw, arguments[0]);
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isRecord()) {
            return record(plain, null);
        } else if (plain.isEnum()) {
            ArrayNode constants = nodes.arrayNode();
            for (Object constant : plain.getEnumConstants()) {
                constants.add(((Enum<?>) constant).name());
            }
            return typed("string").set("enum", constants);
        }
        return simple(plain);
    }

    private ObjectNode simple(Class<?> type) {
        if (type == String.class) {
            return typed("string");
        } else if (type == Instant.class) {
            return typed("string").put("format", "date-time");
        } else if (type == Duration.class) {
            return typed("string").put("format", "duration");
        } else if (type == boolean.class || type == Boolean.class) {
            return typed("boolean");
        } else if (type == int.class || type == Integer.class) {
            return typed("integer").put("format", "int32");
        } else if (type == long.class || type == Long.class) {
            return typed("integer").put("format", "int64");
        } else if (type == double.class || type == Double.class) {
            return typed("number").put("format", "double");
        } else if (type == Object.class) {
            return typed("object");
        }
        throw new IllegalArgumentException("no schema for " + type);
    }

    private ObjectNode typed(String name) {
        return nodes.objectNode().put("type", name);
    }

    private ObjectNode record(Class<?> type, Type argument) {
        String name = name(type) + (argument == null ? "" : "Of" + name((Class<?>) argument));
        if (!schemas.containsKey(name)) {
            ObjectNode schema = nodes.objectNode();
            schemas.put(name, schema);
            if (type == SettingValue.class) {
                settingValue(schema);
            } else {
                fill(schema, type, argument);
            }
        }
        return nodes.objectNode().put("$ref", "#/components/schemas/" + name);
    }

    static String name(Class<?> type) {
        return type.getSimpleName().replaceFirst("Dto$", "");
    }

    private void fill(ObjectNode schema, Class<?> type, Type argument) {
        schema.put("type", "object").put("description", docs.of(type.getSimpleName()));
        schema.put("additionalProperties", false);
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = nodes.arrayNode();
        for (RecordComponent component : type.getRecordComponents()) {
            ObjectNode property = of(bound(component.getGenericType(), argument));
            property.put("description", docs.of(type.getSimpleName(), component.getName()));
            properties.set(component.getName(), property);
            if (!Json.mayBeAbsent(component)) {
                required.add(component.getName());
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
    }

    private static Type bound(Type type, Type argument) {
        if (type instanceof ParameterizedType generic && generic.getActualTypeArguments()[0] instanceof TypeVariable) {
            return new ListOf(argument);
        }
        return type;
    }

    private record ListOf(Type element) implements ParameterizedType {
        @Override
        public Type[] getActualTypeArguments() {
            return new Type[] {element};
        }

        @Override
        public Type getRawType() {
            return List.class;
        }

        @Override
        public Type getOwnerType() {
            return null;
        }
    }

    private void settingValue(ObjectNode schema) {
        schema.put("description", docs.of("SettingValue"));
        ArrayNode shapes = schema.putArray("oneOf");
        for (String scalar : List.of("string", "number", "boolean")) {
            shapes.add(typed(scalar));
        }
        ArrayNode scalars = nodes.arrayNode().add("string").add("number").add("boolean");
        shapes.add(typed("array").set("items", nodes.objectNode().set("type", scalars)));
        ObjectNode secret = typed("object").put("additionalProperties", false);
        secret.putObject("properties").putObject("set").put("type", "boolean");
        secret.putArray("required").add("set");
        shapes.add(secret);
    }
}
