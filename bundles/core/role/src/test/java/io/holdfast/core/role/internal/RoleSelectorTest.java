package io.holdfast.core.role.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoleSelectorTest {

    @TempDir
    Path directory;

    private final FakeFeatures features = new FakeFeatures();
    private RoleSelector selector;

    @BeforeEach
    void given_a_selector() {
        selector = new RoleSelector(features, new CompleteMark(directory));
    }

    @Test
    void a_new_appliance_becomes_what_its_role_says() {
        selector.follow("both");

        assertThat(features.required).containsExactlyInAnyOrder("holdfast-server", "holdfast-node");
    }

    @Test
    void a_start_without_a_change_touches_nothing() {
        selector.follow("both");

        given_a_selector();
        selector.follow("both");

        assertThat(features.changes).isEqualTo(1);
    }

    @Test
    void a_role_that_was_not_taken_to_the_end_is_taken_again_although_all_is_noted_as_installed() {
        features.end = new IllegalStateException("killed");
        selector.follow("both");
        assertThat(features.required).containsExactlyInAnyOrder("holdfast-server", "holdfast-node");
        features.end = null;

        given_a_selector();
        selector.follow("both");
        selector.follow("both");

        assertThat(features.changes).isEqualTo(2);
    }

    @Test
    void a_change_that_fails_without_having_changed_anything_leaves_the_mark_of_the_role_that_is_taken() {
        selector.follow("both");
        features.refusal = new IllegalArgumentException("No matching features");

        selector.follow("node");
        assertThat(directory.resolve("complete")).hasContent("BOTH");

        features.refusal = null;
        features.end = new IllegalStateException("killed");
        selector.follow("node");
        assertThat(directory.resolve("complete")).doesNotExist();
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
        private RuntimeException refusal;
        private RuntimeException end;

        @Override
        public Set<String> required(Set<String> names) {
            return new HashSet<>(required);
        }

        @Override
        public void change(Set<String> install, Set<String> remove) {
            changes++;
            if (refusal != null) {
                throw refusal;
            }
            required.addAll(install);
            required.removeAll(remove);
            if (end != null) {
                throw end;
            }
        }
    }
}
