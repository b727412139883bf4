package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.User;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;

/** A user. */
@Entity(name = "User")
@Table(name = "users")
class UserRow implements Row<User> {

    @Id
    String name = "";

    @Column(name = "password_hash")
    String passwordHash = "";

    /** Separated by commas, sorted. */
    String roles = "";

    int active;
    long created;

    @Override
    public void set(User item) {
        name = Columns.key("name", item.name(), Columns.ID);
        passwordHash = Columns.exact("passwordHash", item.passwordHash(), 512);
        if (item.roles().stream().anyMatch(role -> role.isEmpty() || role.indexOf(',') >= 0)) {
            throw Columns.refused("a role's name is empty or contains a comma");
        }
        roles = Columns.exact("roles", String.join(",", new TreeSet<>(item.roles())), 1_024);
        active = item.active() ? 1 : 0;
        created = Columns.exactMillis(item.created());
    }

    @Override
    public User toRecord() {
        Set<String> names = roles.isEmpty() ? Set.of() : Set.of(roles.split(",", -1));
        return new User(name, passwordHash, names, active != 0, Instant.ofEpochMilli(created));
    }
}
