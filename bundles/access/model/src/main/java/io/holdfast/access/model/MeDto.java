package io.holdfast.access.model;

import io.holdfast.core.security.Permission;
import io.holdfast.core.security.Principal;
import java.util.List;

/**
 * Who is asking.
 *
 * @param name the user
 * @param roles the user's roles
 * @param permissions what the user may do
 */
public record MeDto(String name, List<String> roles, List<String> permissions) {

    /** Somebody who has proven who they are. */
    public static MeDto of(Principal principal) {
        List<String> permissions = principal.roles().stream()
                .flatMap(role -> role.permissions().stream())
                .distinct()
                .sorted()
                .map(Permission::name)
                .toList();
        return new MeDto(principal.name(), UserDto.ids(principal.roles()), permissions);
    }
}
