package io.holdfast.access.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.access.model.fakes.FakeCore;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PermissionsTest {

    private final RestApplication application =
            new RestApplication(new FakeCore(), RestApplication.Settings.standard());

    @AfterEach
    void close() {
        application.close();
    }

    private List<Method> operations() {
        List<Method> all = new ArrayList<>();
        application.getSingletons().forEach(r -> all.addAll(OpenApiDocument.operations(r.getClass())));
        return all;
    }

    @Test
    void everyResourceMethodSaysWhoMayCallIt() {
        assertThat(operations()).hasSizeGreaterThan(40).allSatisfy(method -> {
            boolean open = method.isAnnotationPresent(WithoutLogin.class);
            boolean guarded = method.isAnnotationPresent(Needs.class);
            assertThat(open ^ guarded).as(method.toString()).isTrue();
        });
    }

    @Test
    void whatIsOpenIsKnownByNameAndNothingElseIs() {
        Set<String> open = operations().stream()
                .filter(m -> m.isAnnotationPresent(WithoutLogin.class))
                .map(m -> OpenApiDocument.path(m).substring(1))
                .collect(Collectors.toSet());
        assertThat(open).isEqualTo(LoginFilter.OPEN).containsExactlyInAnyOrder("health", "openapi.json");
    }

    @Test
    void whatChangesSomethingNeedsMoreThanALoginUnlessItIsOnesOwn() {
        List<String> anybody = operations().stream()
                .filter(m -> m.isAnnotationPresent(Needs.class)
                        && m.getAnnotation(Needs.class).value().length == 0)
                .map(m -> OpenApiDocument.verb(m) + " " + OpenApiDocument.path(m))
                .toList();
        assertThat(anybody)
                .containsExactlyInAnyOrder(
                        "GET /me", "PUT /users/{name}/password", "GET /tokens", "POST /tokens", "DELETE /tokens/{id}");
    }
}
