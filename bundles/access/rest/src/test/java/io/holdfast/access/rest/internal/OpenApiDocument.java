package io.holdfast.access.rest.internal;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.access.model.Json;
import io.holdfast.access.model.ProblemDto;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.ws.rs.BeanParam;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.HttpMethod;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Application;
import javax.ws.rs.core.Context;

/** Describes the resources of an application as OpenAPI 3.1. */
final class OpenApiDocument {

    private final ObjectNode root = JsonNodeFactory.instance.objectNode();
    private final SourceDocs docs;
    private final JsonSchemas schemas;

    OpenApiDocument(Application application, SourceDocs docs) {
        this.docs = docs;
        this.schemas = new JsonSchemas(docs);
        head();
        TreeMap<String, ObjectNode> paths = new TreeMap<>();
        for (Object resource : application.getSingletons()) {
            for (Method method : operations(resource.getClass())) {
                paths.computeIfAbsent(path(method), p -> JsonNodeFactory.instance.objectNode())
                        .set(verb(method).toLowerCase(java.util.Locale.ROOT), operation(method));
            }
        }
        ObjectNode all = root.putObject("paths");
        paths.forEach(all::set);
        components();
    }

    ObjectNode root() {
        return root;
    }

    /** Resource methods, in a stable order. */
    static List<Method> operations(Class<?> resource) {
        if (!resource.isAnnotationPresent(Path.class)) {
            return List.of();
        }
        return Stream.of(resource.getDeclaredMethods())
                .filter(method -> verb(method) != null)
                .sorted(Comparator.comparing(Method::getName))
                .toList();
    }

    static String verb(Method method) {
        return Arrays.stream(method.getAnnotations())
                .map(a -> a.annotationType().getAnnotation(HttpMethod.class))
                .filter(a -> a != null)
                .map(HttpMethod::value)
                .findFirst()
                .orElse(null);
    }

    static String path(Method method) {
        String base = "/" + method.getDeclaringClass().getAnnotation(Path.class).value();
        Path path = method.getAnnotation(Path.class);
        return path == null ? base : base + "/" + path.value();
    }

    private void head() {
        root.put("openapi", "3.1.0");
        ObjectNode info = root.putObject("info");
        info.put("title", "Holdfast");
        info.put("version", "1");
        info.put(
                "description",
                "Backup and recovery. Long work becomes a workflow: the answer is 202 with its address. Lists are paged with "
                        + "offset and limit. Failures are application/problem+json; `kind` is for programs, `detail` for people. "
                        + "Fields that have no value are left out. Unknown fields and unknown query parameters are refused.");
        info.putObject("license").put("name", "Apache-2.0").put("identifier", "Apache-2.0");
        root.putArray("servers").addObject().put("url", RestApplication.BASE);
        ArrayNode security = root.putArray("security");
        security.addObject().putArray("password");
        security.addObject().putArray("token");
    }

    private void components() {
        schemas.of(ProblemDto.class);
        ObjectNode components = root.putObject("components");
        ObjectNode all = components.putObject("schemas");
        schemas.all().forEach(all::set);
        ObjectNode failure = components.putObject("responses").putObject("Problem");
        failure.put("description", "The request could not be answered.");
        failure.putObject("content")
                .putObject(Problems.MEDIA_TYPE)
                .putObject("schema")
                .put("$ref", "#/components/schemas/Problem");
        ObjectNode schemes = components.putObject("securitySchemes");
        schemes.putObject("password").put("type", "http").put("scheme", "basic");
        schemes.putObject("token").put("type", "http").put("scheme", "bearer");
    }

    private ObjectNode operation(Method method) {
        String resource = method.getDeclaringClass().getSimpleName().replace("Resource", "");
        String name = method.getDeclaringClass().getSimpleName() + "." + method.getName();
        ObjectNode operation = JsonNodeFactory.instance.objectNode();
        operation.putArray("tags").add(resource);
        String id = method.getName() + resource;
        operation.put("operationId", id);
        operation.put("description", docs.of(name));
        if (method.isAnnotationPresent(WithoutLogin.class)) {
            operation.putArray("security");
        } else {
            ArrayNode needs = operation.putArray("x-permissions");
            Stream.of(method.getAnnotation(Needs.class).value()).forEach(p -> needs.add(p.name()));
        }
        ArrayNode parameters = JsonNodeFactory.instance.arrayNode();
        Stream.of(method.getParameters()).forEach(p -> parameter(parameters, operation, name, p));
        if (!parameters.isEmpty()) {
            operation.set("parameters", parameters);
        }
        operation.set("responses", responses(method));
        return operation;
    }

    private void parameter(ArrayNode parameters, ObjectNode operation, String name, Parameter parameter) {
        if (parameter.isAnnotationPresent(BeanParam.class)) {
            add(parameters, "offset", "query", false, "how many records to pass over; 0 if absent", long.class);
            add(parameters, "limit", "query", false, "how many at most, 1 to 1000; 50 if absent", int.class);
            return;
        }
        for (Annotation annotation : parameter.getAnnotations()) {
            if (annotation instanceof PathParam path) {
                String description = path.value().equals("name") ? "name of the user" : "its id";
                add(parameters, path.value(), "path", true, description, String.class);
            } else if (annotation instanceof QueryParam query) {
                Class<?> type = Set.of("limit", "after").contains(query.value()) && name.startsWith("Tasks")
                                || query.value().equals("limit")
                        ? long.class
                        : String.class;
                add(parameters, query.value(), "query", false, docs.of(name, parameter.getName()), type);
            } else if (annotation instanceof HeaderParam header) {
                String description = docs.of(name, parameter.getName());
                add(parameters, header.value(), "header", false, described(header, description), String.class);
            }
        }
        if (parameter.getAnnotations().length == 0 && !parameter.isAnnotationPresent(Context.class)) {
            ObjectNode body = operation.putObject("requestBody");
            Class<?> type = parameter.getType();
            body.put("required", !Stream.of(type.getRecordComponents()).allMatch(Json::mayBeAbsent));
            body.putObject("content").putObject("application/json").set("schema", schemas.of(type));
        }
    }

    private static String described(HeaderParam header, String description) {
        return switch (header.value()) {
            case "If-Match" -> "the entity tag of what is to be changed; 412 if it has changed meanwhile";
            case "Last-Event-ID" -> "the last event that was received before the stream was cut";
            default -> description;
        };
    }

    private void add(ArrayNode parameters, String name, String in, boolean required, String text, Class<?> type) {
        ObjectNode parameter = parameters.addObject().put("name", name).put("in", in);
        parameter.put("required", required).put("description", text);
        parameter.set("schema", schemas.of(type));
    }

    private ObjectNode responses(Method method) {
        ObjectNode responses = JsonNodeFactory.instance.objectNode();
        Answer answer = method.getAnnotation(Answer.class);
        int status = answer == null ? 200 : answer.status();
        ObjectNode success = responses.putObject(Integer.toString(status)).put("description", reason(status));
        if (status == 201 || status == 202) {
            header(success, "Location", "where it is found");
        }
        String media = media(method);
        if (answer == null || answer.type() != Void.class) {
            ObjectNode content = success.putObject("content").putObject(media);
            if (answer == null || answer.type() != byte[].class) {
                content.set("schema", schemas.of(answer == null ? method.getGenericReturnType() : answer.type()));
            }
        }
        if (media.equals("application/octet-stream")) {
            responses.set("206", success.deepCopy().put("description", "The part that was asked for."));
        }
        if (method.getDeclaringClass() == HealthResource.class) {
            responses.set("503", success.deepCopy().put("description", "It cannot work (yet)."));
        }
        responses.putObject("default").put("$ref", "#/components/responses/Problem");
        return responses;
    }

    private static void header(ObjectNode response, String name, String description) {
        ObjectNode header = response.putObject("headers").putObject(name).put("description", description);
        header.putObject("schema").put("type", "string");
    }

    private static String media(Method method) {
        Produces own = method.getAnnotation(Produces.class);
        Produces all = method.getDeclaringClass().getAnnotation(Produces.class);
        return (own == null ? all : own).value()[0];
    }

    private static String reason(int status) {
        return switch (status) {
            case 201 -> "It was made.";
            case 202 -> "Work was written down; the workflow tells how it goes.";
            case 204 -> "Done.";
            default -> "The answer.";
        };
    }
}
