package io.holdfast.access.model;

import org.jspecify.annotations.Nullable;

/**
 * A new password.
 *
 * @param password the new one
 * @param current the present one; needed to change one's own
 */
public record PasswordInput(String password, @Nullable String current) {

    @Override
    public String toString() {
        return "PasswordInput";
    }
}
