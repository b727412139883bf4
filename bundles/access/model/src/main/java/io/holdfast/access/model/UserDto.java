package io.holdfast.access.model;

import io.holdfast.core.security.Account;
import io.holdfast.core.security.Role;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Somebody who may log in.
 *
 * @param name unique
 * @param roles what they are
 * @param active whether logging in is allowed
 * @param created since when
 */
public record UserDto(String name, List<String> roles, boolean active, Instant created) {

    /** A user as others may see it. */
    public static UserDto of(Account a) {
        return new UserDto(a.name(), ids(a.roles()), a.active(), a.created());
    }

    static List<String> ids(Set<Role> roles) {
        return roles.stream().sorted().map(Role::id).toList();
    }

    /**
     * The roles of these names.
     *
     * @throws PluginException {@code INVALID_CONFIG} naming the roles that there are
     */
    public static Set<Role> roles(List<String> ids) throws PluginException {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String id : ids) {
            roles.add(Role.of(id)
                    .orElseThrow(() -> new PluginException(
                            ErrorKind.INVALID_CONFIG,
                            "unknown role '" + Texts.printable(id) + "'; known are "
                                    + ids(EnumSet.allOf(Role.class)))));
        }
        return roles;
    }
}
