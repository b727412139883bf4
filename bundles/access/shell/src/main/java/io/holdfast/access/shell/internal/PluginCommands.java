package io.holdfast.access.shell.internal;

import io.holdfast.access.model.PluginsDto;
import io.holdfast.access.model.SettingDto;
import io.holdfast.access.model.TokenDto;
import io.holdfast.access.model.UserDto;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.security.Permission;
import io.holdfast.spi.PluginException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Commands about the appliance itself: what is installed, who may log in, how it is. */
final class PluginCommands {

    private PluginCommands() {}

    /** The names of settings; an asterisk marks what must be given. */
    static String names(List<SettingDto> settings) {
        return settings.stream()
                .map(s -> s.name() + (s.required() && s.defaultValue() == null ? "*" : ""))
                .collect(Collectors.joining(" "));
    }

    private record Row(String kind, String id, String name, String bundle, String settings) {}

    /** {@code plugins}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "plugins",
            description = "Lists what is installed. An asterisk marks settings that must be given.")
    public static final class Plugins extends HoldfastCommand {
        @Override
        Permission needs() {
            return Permission.INVENTORY_READ;
        }

        @Override
        int run() throws PluginException {
            PluginsDto plugins = PluginsDto.of(core.plugins());
            if (json) {
                output().done(plugins, "");
                return OK;
            }
            List<Row> rows = new ArrayList<>();
            plugins.strategies()
                    .forEach(t -> rows.add(new Row(
                            "strategy", t.id(), t.displayName(), t.bundle() + " " + t.version(), names(t.settings()))));
            plugins.destinations()
                    .forEach(t -> rows.add(new Row(
                            "destination",
                            t.id(),
                            t.displayName(),
                            t.bundle() + " " + t.version(),
                            names(t.settings()))));
            output().list(
                            rows,
                            "Nothing is installed",
                            new Output.Column<>("Kind", Row::kind),
                            new Output.Column<>("Type", Row::id),
                            new Output.Column<>("Name", Row::name),
                            new Output.Column<>("Bundle", Row::bundle),
                            new Output.Column<>("Settings", Row::settings));
            return OK;
        }
    }

    /** {@code users}. */
    @Service
    @Command(scope = "holdfast", name = "users", description = "Lists who may log in.")
    public static final class Users extends HoldfastCommand {
        @Override
        Permission needs() {
            return Permission.ACCOUNT_WRITE;
        }

        @Override
        int run() throws PluginException {
            List<UserDto> users =
                    Page.all(core.accounts()::list).stream().map(UserDto::of).toList();
            output().list(
                            users,
                            "No users",
                            new Output.Column<>("Name", UserDto::name),
                            new Output.Column<>("Roles", u -> String.join(" ", u.roles())),
                            new Output.Column<>("Active", UserDto::active),
                            new Output.Column<>("Since", UserDto::created));
            return OK;
        }
    }

    /** {@code tokens}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "tokens",
            description = "Lists your tokens; everybody's for who manages accounts.")
    public static final class Tokens extends HoldfastCommand {
        @Override
        Permission needs() {
            return Permission.STATUS_READ;
        }

        @Override
        int run() throws PluginException {
            String owner = principal().may(Permission.ACCOUNT_WRITE)
                    ? null
                    : principal().name();
            List<TokenDto> tokens =
                    core.accounts().tokens(owner).stream().map(TokenDto::of).toList();
            output().list(
                            tokens,
                            "No tokens",
                            new Output.Column<>("ID", TokenDto::id),
                            new Output.Column<>("User", TokenDto::userName),
                            new Output.Column<>("For", TokenDto::description),
                            new Output.Column<>("Since", TokenDto::created),
                            new Output.Column<>("Until", TokenDto::expires));
            return OK;
        }
    }
}
