package io.holdfast.core.security;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who has proven who they are.
 *
 * @param name the user's name
 * @param roles what the user is trusted with
 * @param tokenId the token that was presented; null if it was a password
 */
public record Principal(
        String name, Set<Role> roles, @Nullable String tokenId) implements java.security.Principal {

    /** Copies the roles. */
    public Principal {
        roles = Set.copyOf(roles);
    }

    @Override
    public String getName() {
        return name;
    }

    /** Whether one of the roles allows it. */
    public boolean may(Permission permission) {
        return roles.stream().anyMatch(role -> role.permissions().contains(permission));
    }

    /**
     * Passes if one of the roles allows it.
     *
     * @throws PluginException {@code PERMISSION}, naming what is missing
     */
    public void require(Permission permission) throws PluginException {
        if (!may(permission)) {
            throw new PluginException(
                    ErrorKind.PERMISSION,
                    "user '" + name + "' lacks the permission " + permission
                            + "; ask an administrator for a role that has it");
        }
    }
}
