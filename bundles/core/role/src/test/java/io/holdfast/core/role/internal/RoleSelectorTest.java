package io.holdfast.core.role.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RoleSelectorTest {

    private final FakeFeatures features = new FakeFeatures();
    private final RoleSelector selector = new RoleSelector(features);

    @Test
    void a_new_appliance_becomes_what_its_role_says() {
        selector.follow("both");

        assertThat(features.required).containsExactlyInAnyOrder("holdfast-server", "holdfast-node");
    }

    @Test
    void a_start_without_a_change_touches_nothing() {
        features.required.addAll(Set.of("holdfast-server", "holdfast-node"));

        selector.follow("both");

        assertThat(features.changes).isZero();
    }

    @Test
    void a_changed_role_removes_what_belongs_to_the_old_one() {
        features.required.addAll(Set.of("holdfast-server", "holdfast-node"));

        selector.follow(" Node ");

        assertThat(features.required).containsExactly("holdfast-node");
    }

    @Test
    void an_unknown_role_changes_nothing() {
        features.required.add("holdfast-server");

        selector.follow("servre");

        assertThat(features.required).containsExactly("holdfast-server");
    }

    private static final class FakeFeatures implements InstalledFeatures {
        private final Set<String> required = new HashSet<>();
        private int changes;

        @Override
        public Set<String> required(Set<String> names) {
            return new HashSet<>(required);
        }

        @Override
        public void change(Set<String> install, Set<String> remove) {
            changes++;
            required.addAll(install);
            required.removeAll(remove);
        }
    }
}
