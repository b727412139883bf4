package io.holdfast.access.model;

import java.util.List;

/**
 * A user to add.
 *
 * @param name 1 to 64 characters of a-z 0-9 . _ -
 * @param password the first password
 * @param roles what the user is to be
 */
public record UserInput(String name, String password, List<String> roles) {

    @Override
    public String toString() {
        return "UserInput[" + name + "]";
    }
}
