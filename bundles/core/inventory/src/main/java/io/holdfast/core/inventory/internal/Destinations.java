package io.holdfast.core.inventory.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.Destination;
import io.holdfast.core.catalog.Health;
import io.holdfast.core.catalog.IdSource;
import io.holdfast.core.inventory.DestinationInfo;
import io.holdfast.core.plugins.PluginDescription;
import io.holdfast.core.plugins.PluginKind;
import io.holdfast.core.plugins.PluginRegistry;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Destinations as administrators define them. */
final class Destinations {

    private static final int MOST_DAYS = 36_500;

    private final Catalog catalog;
    private final PluginRegistry plugins;
    private final SealedSettings sealed;
    private final IdSource ids;
    private final Uses uses;

    Destinations(Catalog catalog, PluginRegistry plugins, SealedSettings sealed, IdSource ids) {
        this.catalog = catalog;
        this.plugins = plugins;
        this.sealed = sealed;
        this.ids = ids;
        this.uses = new Uses(catalog);
    }

    DestinationInfo info(Destination destination) {
        Optional<SettingsSchema> schema =
                plugins.find(PluginKind.DESTINATION, destination.type()).map(PluginDescription::schema);
        return new DestinationInfo(
                destination.id(),
                destination.type(),
                schema.isPresent(),
                destination.name(),
                sealed.shown(schema.orElse(null), destination.settings()),
                destination.vaultId(),
                destination.health(),
                destination.totalBytes(),
                destination.availableBytes(),
                immutableDays(destination.id()));
    }

    private int immutableDays(String id) {
        return catalog.property(immutableProperty(id)).map(Integer::parseInt).orElse(0);
    }

    private static String immutableProperty(String id) {
        return "destination." + id + ".immutable";
    }

    static void checkDays(int days) throws PluginException {
        if (days < 0 || days > MOST_DAYS) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG, "immutable days are 0 to " + MOST_DAYS + ", not " + days);
        }
    }

    DestinationInfo immutableDays(String id, int days) throws PluginException {
        checkDays(days);
        Destination destination = stored(id);
        Failures.translating(() -> {
            catalog.setProperty(immutableProperty(id), days == 0 ? null : Integer.toString(days));
            return id;
        });
        return info(destination);
    }

    DestinationInfo create(String type, String name, Map<String, List<String>> settings) throws PluginException {
        Failures.checkedName("destination", name);
        SettingsSchema schema = schema(type);
        String id = ids.next();
        Destination destination = new Destination(
                id, type, name, sealed.store(owner(id), schema, settings, Map.of()), "", Health.unknown(), null, null);
        Failures.translating(() -> {
            catalog.destinations().add(destination);
            return id;
        });
        return info(destination);
    }

    void check(String id, @Nullable String name, @Nullable Map<String, List<String>> settings) throws PluginException {
        Destination before = stored(id);
        if (name != null) {
            Failures.checkedName("destination", name);
            Optional<Destination> other = catalog.destinations().findByName(name);
            if (other.filter(d -> !d.id().equals(id)).isPresent()) {
                throw new PluginException(
                        ErrorKind.ALREADY_EXISTS, "a destination called '" + name + "' exists; choose another name");
            }
        }
        if (settings != null) {
            sealed.store(owner(id), schema(before.type()), settings, before.settings());
        }
    }

    DestinationInfo update(String id, @Nullable String name, @Nullable Map<String, List<String>> settings)
            throws PluginException {
        Destination before = stored(id);
        String newName = name == null ? before.name() : Failures.checkedName("destination", name);
        Map<String, List<String>> newSettings = settings == null
                ? before.settings()
                : sealed.store(owner(id), schema(before.type()), settings, before.settings());
        return info(change(
                id,
                now -> new Destination(
                        id,
                        now.type(),
                        newName,
                        settings == null ? now.settings() : newSettings,
                        now.vaultId(),
                        settings == null ? now.health() : Health.unknown(),
                        now.totalBytes(),
                        now.availableBytes())));
    }

    void checkRemove(String id) throws PluginException {
        Optional<Destination> destination = catalog.destinations().find(id);
        if (destination.isPresent()) {
            uses.refuseIfDestinationIsUsed(
                    "removing destination '" + destination.get().name() + "'", id);
        }
    }

    void remove(String id) throws PluginException {
        checkRemove(id);
        Failures.translating(() -> {
            catalog.destinations().remove(id);
            catalog.setProperty(immutableProperty(id), null);
            return id;
        });
    }

    void health(String id, Health health, @Nullable Long total, @Nullable Long available) throws PluginException {
        change(
                id,
                now -> new Destination(
                        id, now.type(), now.name(), now.settings(), now.vaultId(), health, total, available));
    }

    void vault(String id, String vaultId) throws PluginException {
        Destination after = change(
                id,
                now -> now.vaultId().isEmpty()
                        ? new Destination(
                                id,
                                now.type(),
                                now.name(),
                                now.settings(),
                                vaultId,
                                now.health(),
                                now.totalBytes(),
                                now.availableBytes())
                        : now);
        if (!after.vaultId().equals(vaultId)) {
            throw new PluginException(
                    ErrorKind.CONFLICT,
                    "attaching vault " + vaultId + " to destination '" + after.name() + "': vault " + after.vaultId()
                            + " was there before; check that the right thing is mounted, or define another destination");
        }
    }

    void vaultDestroyed(String id, String vaultId) throws PluginException {
        change(
                id,
                now -> now.vaultId().equals(vaultId)
                        ? new Destination(
                                id,
                                now.type(),
                                now.name(),
                                now.settings(),
                                "",
                                now.health(),
                                now.totalBytes(),
                                now.availableBytes())
                        : now);
    }

    private Destination change(String id, UnaryOperator<Destination> change) throws PluginException {
        return Failures.translating(() -> catalog.destinations().change(id, change))
                .orElseThrow(() -> Failures.notFound("destination", id));
    }

    Settings settings(String id) throws PluginException {
        Destination destination = stored(id);
        return sealed.open(owner(id), schema(destination.type()), destination.settings());
    }

    private Destination stored(String id) throws PluginException {
        return catalog.destinations().find(id).orElseThrow(() -> Failures.notFound("destination", id));
    }

    private SettingsSchema schema(String type) throws PluginException {
        return plugins.describe(PluginKind.DESTINATION, type).schema();
    }

    private static String owner(String id) {
        return "destination/" + id;
    }
}
