package io.holdfast.access.rest.internal;

import io.holdfast.core.security.Permission;
import io.holdfast.core.security.Principal;
import io.holdfast.spi.PluginException;
import java.lang.reflect.Method;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.annotation.Priority;
import javax.ws.rs.BeanParam;
import javax.ws.rs.Priorities;
import javax.ws.rs.QueryParam;
import javax.ws.rs.container.ContainerRequestContext;
import javax.ws.rs.container.ContainerRequestFilter;
import javax.ws.rs.container.ResourceInfo;
import javax.ws.rs.core.Context;
import javax.ws.rs.ext.Provider;
import org.jspecify.annotations.Nullable;

/**
 * Lets a request through to its resource method if the caller may do what the method {@link Needs}, and if every query
 * parameter is one that the method knows: a misspelt filter must not widen what a request is about. A method that does
 * not say what it needs is never reached.
 */
@Provider
@Priority(Priorities.AUTHORIZATION)
final class PermissionFilter implements ContainerRequestFilter {

    private final Problems problems;

    @Context
    private @Nullable ResourceInfo resource;

    PermissionFilter(Problems problems) {
        this.problems = problems;
    }

    @Override
    public void filter(ContainerRequestContext context) {
        Method method = resource == null ? null : resource.getResourceMethod();
        if (method == null) {
            return;
        }
        if (!method.isAnnotationPresent(WithoutLogin.class)) {
            check(context, method);
        }
        Set<String> unknown =
                new TreeSet<>(context.getUriInfo().getQueryParameters().keySet());
        unknown.removeAll(parameters(method));
        if (!unknown.isEmpty()) {
            throw problems.invalid("unknown query parameters " + unknown + "; known are " + parameters(method));
        }
    }

    private void check(ContainerRequestContext context, Method method) {
        Needs needs = method.getAnnotation(Needs.class);
        if (needs == null || !(context.getSecurityContext().getUserPrincipal() instanceof Principal principal)) {
            throw problems.exception(403, "this is not open to anybody");
        }
        try {
            for (Permission permission : needs.value()) {
                principal.require(permission);
            }
        } catch (PluginException e) {
            context.abortWith(problems.of(e));
        }
    }

    /** The query parameters that a method knows. */
    static Set<String> parameters(Method method) {
        Set<String> names = new LinkedHashSet<>();
        Stream.of(method.getParameters()).forEach(parameter -> {
            QueryParam query = parameter.getAnnotation(QueryParam.class);
            if (query != null) {
                names.add(query.value());
            } else if (parameter.isAnnotationPresent(BeanParam.class)) {
                Stream.of(parameter.getType().getDeclaredFields())
                        .map(field -> field.getAnnotation(QueryParam.class))
                        .filter(annotation -> annotation != null)
                        .forEach(annotation -> names.add(annotation.value()));
            }
        });
        return names;
    }
}
