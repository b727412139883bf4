package io.holdfast.core.role.internal;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What one appliance is for, and the features that make it so. */
enum Role {
    SERVER(Set.of(Role.SERVER_FEATURE)),
    NODE(Set.of(Role.NODE_FEATURE)),
    BOTH(Set.of(Role.SERVER_FEATURE, Role.NODE_FEATURE));

    private static final String SERVER_FEATURE = "holdfast-server";
    private static final String NODE_FEATURE = "holdfast-node";

    private final Set<String> features;

    Role(Set<String> features) {
        this.features = features;
    }

    Set<String> features() {
        return features;
    }

    /** Every feature that belongs to a role; the others are none of our business. */
    static Set<String> allFeatures() {
        return BOTH.features;
    }

    /** Reads a role as an administrator writes it: {@code server}, {@code node} or {@code both}. */
    static Role parse(String text) {
        String wanted = text.strip().toUpperCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(role -> role.name().equals(wanted))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("unknown role '" + text + "'; it must be one of " + names()));
    }

    /** As an administrator writes it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static String names() {
        return Arrays.stream(values()).map(Role::toString).collect(Collectors.joining(", "));
    }
}
