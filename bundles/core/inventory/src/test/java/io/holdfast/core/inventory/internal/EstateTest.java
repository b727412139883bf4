package io.holdfast.core.inventory.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.Health;
import io.holdfast.core.catalog.JournalEntry;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.catalog.WorkflowType;
import io.holdfast.core.catalog.internal.OpenCatalog;
import io.holdfast.core.inventory.DestinationInfo;
import io.holdfast.core.inventory.Estate;
import io.holdfast.core.inventory.InstanceInfo;
import io.holdfast.core.inventory.InventoryResult;
import io.holdfast.core.inventory.ProviderInfo;
import io.holdfast.core.inventory.VaultKeys;
import io.holdfast.core.inventory.VaultKeys.Part;
import io.holdfast.core.plugins.PluginKind;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.SettingKind;
import io.holdfast.spi.settings.SettingsSchema;
import io.holdfast.spi.strategy.InstanceDescription;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The estate on a real catalogue. */
class EstateTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final PageRequest ALL = PageRequest.first(1_000);
    private static final SettingsSchema SCHEMA = SettingsSchema.of(
            Setting.of("host", SettingKind.STRING, "Host", "Where.").asRequired(),
            Setting.of("password", SettingKind.STRING, "Password", "Secret.")
                    .asRequired()
                    .asSecret(),
            Setting.of("key", SettingKind.TEXT, "Key", "Secret, too.").asSecret(),
            Setting.of("port", SettingKind.INTEGER, "Port", "TCP.")
                    .withRange(1, 65_535)
                    .withDefault("22"));
    private static final SettingsSchema INSTANCE_SCHEMA = SettingsSchema.of(
            Setting.of("excludes", SettingKind.STRING, "Excludes", "Patterns.").asList(),
            Setting.of("guestPassword", SettingKind.STRING, "Guest password", "Secret.")
                    .asSecret());
    private static final Map<String, List<String>> GOOD =
            Map.of("host", List.of("kvm1"), "password", List.of("geheim"));

    @TempDir
    Path directory;

    private final FakePlugins plugins = new FakePlugins();
    private final FakeSecrets secrets = new FakeSecrets();
    private final AtomicInteger ids = new AtomicInteger();
    private OpenCatalog open;
    private Catalog catalog;
    private Estate estate;
    private VaultKeys keys;

    @BeforeEach
    void open() {
        open = OpenCatalog.sqlite(directory);
        catalog = open.catalog();
        plugins.install(PluginKind.STRATEGY, "libvirt", SCHEMA, INSTANCE_SCHEMA);
        plugins.install(PluginKind.DESTINATION, "s3", SCHEMA, SettingsSchema.of());
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        estate = new EstateComponent(catalog, plugins, secrets, () -> "id" + ids.incrementAndGet(), clock);
        keys = new VaultKeysComponent(catalog, secrets);
    }

    @AfterEach
    void close() {
        open.close();
    }

    @Test
    void a_secret_is_sealed_at_rest_shown_as_set_and_clear_for_a_task() throws Exception {
        ProviderInfo created = estate.createProvider("libvirt", "kvm", GOOD);
        assertThat(created.settings().values()).isEqualTo(Map.of("host", List.of("kvm1")));
        assertThat(created.settings().secretsSet()).containsExactly("password");
        assertThat(created.toString()).doesNotContain("geheim");
        assertThat(estate.provider(created.id())).contains(created);
        assertThat(estate.providerByName("kvm")).contains(created);
        assertThat(catalog.providers()
                        .find(created.id())
                        .orElseThrow()
                        .settings()
                        .get("password"))
                .allMatch(value -> value.startsWith("sealed:provider/" + created.id() + "/password:"));
        var settings = estate.providerSettings(created.id());
        assertThat(settings.text("password")).isEqualTo("geheim");
        assertThat(settings.integer("port")).isEqualTo(22);
    }

    @Test
    void a_secret_that_is_left_out_stays_and_one_that_is_emptied_goes() throws Exception {
        var full = Map.of("host", List.of("a"), "password", List.of("geheim"), "key", List.of("k"));
        String id = estate.createProvider("libvirt", "kvm", full).id();
        estate.updateProvider(id, null, Map.of("host", List.of("b")));
        assertThat(estate.providerSettings(id).text("password")).isEqualTo("geheim");
        assertThat(estate.providerSettings(id).text("host")).isEqualTo("b");

        ProviderInfo without = estate.updateProvider(id, null, Map.of("host", List.of("b"), "key", List.of()));
        assertThat(without.settings().secretsSet()).containsExactly("password");
        estate.updateProvider(id, null, Map.of("host", List.of("b"), "password", List.of("neu")));
        var emptied = Map.of("host", List.of("b"), "password", List.<String>of());
        assertFails(ErrorKind.INVALID_CONFIG, () -> estate.updateProvider(id, null, emptied));
        assertThat(estate.providerSettings(id).text("password")).isEqualTo("neu");
    }

    @Test
    void what_is_left_out_and_no_secret_falls_back_to_its_default() throws Exception {
        var full = Map.of("host", List.of("a"), "password", List.of("g"), "port", List.of("2222"));
        String id = estate.createProvider("libvirt", "kvm", full).id();
        estate.updateProvider(id, "renamed", Map.of("host", List.of("a")));
        assertThat(estate.providerSettings(id).integer("port")).isEqualTo(22);
        assertThat(estate.provider(id).orElseThrow().name()).isEqualTo("renamed");
    }

    @Test
    void bad_settings_are_refused_and_nothing_is_stored() {
        List<Map<String, List<String>>> bad = List.of(
                Map.of(),
                Map.of("host", List.of("a")),
                Map.of("host", List.of("a"), "password", List.of("g"), "unknown", List.of("x")),
                Map.of("host", List.of("a", "b"), "password", List.of("g")),
                Map.of("host", List.of("a"), "password", List.of("g"), "port", List.of("65536")),
                Map.of("host", List.of("a"), "password", List.of("g"), "port", List.of("viele")),
                Map.of("host", List.of("a\0"), "password", List.of("g")),
                Map.of("host", List.of("a\ud83d"), "password", List.of("g")),
                Map.of("host", List.of("x".repeat(70_000)), "password", List.of("g")),
                Map.of("host", Arrays.asList((String) null), "password", List.of("g")),
                Collections.singletonMap("host", null));
        for (Map<String, List<String>> settings : bad) {
            assertFails(ErrorKind.INVALID_CONFIG, () -> estate.createProvider("libvirt", "kvm", settings));
            assertFails(ErrorKind.INVALID_CONFIG, () -> estate.createDestination("s3", "s3", settings));
        }
        assertThat(estate.providers(ALL).total()).isZero();
    }

    @Test
    void names_are_checked_and_unique() throws Exception {
        for (String name :
                List.of("", " ", "a\nb", " a", "a ", "half \ud83d", "\u202eturned", "un\u200bseen", "x".repeat(256))) {
            assertFails(ErrorKind.INVALID_CONFIG, () -> estate.createProvider("libvirt", name, GOOD));
            assertFails(ErrorKind.INVALID_CONFIG, () -> estate.createDestination("s3", name, GOOD));
        }
        estate.createProvider("libvirt", "kvm", GOOD);
        String other = estate.createProvider("libvirt", "other", GOOD).id();
        assertFails(ErrorKind.ALREADY_EXISTS, () -> estate.createProvider("libvirt", "kvm", GOOD));
        assertFails(ErrorKind.ALREADY_EXISTS, () -> estate.updateProvider(other, "kvm", null));
    }

    @Test
    void an_unknown_type_is_answered_with_what_is_installed() {
        assertThatThrownBy(() -> estate.createProvider("vmware", "v", GOOD)).hasMessageContaining("libvirt");
        assertFails(ErrorKind.UNSUPPORTED, () -> estate.createDestination("tape", "t", GOOD));
    }

    @Test
    void while_a_plugin_is_away_nothing_of_its_settings_is_shown_and_nothing_is_lost() throws Exception {
        String id = estate.createProvider("libvirt", "kvm", GOOD).id();
        plugins.uninstall("libvirt");
        ProviderInfo info = estate.provider(id).orElseThrow();
        assertThat(info.typeInstalled()).isFalse();
        assertThat(info.settings().values()).isEmpty();
        assertThat(info.settings().secretsSet()).containsExactlyInAnyOrder("host", "password");
        assertFails(ErrorKind.UNSUPPORTED, () -> estate.providerSettings(id));
        assertFails(ErrorKind.UNSUPPORTED, () -> estate.updateProvider(id, null, GOOD));
        assertThat(estate.updateProvider(id, "renamed", null).name()).isEqualTo("renamed");
        plugins.install(PluginKind.STRATEGY, "libvirt", SCHEMA, INSTANCE_SCHEMA);
        assertThat(estate.providerSettings(id).text("password")).isEqualTo("geheim");
    }

    @Test
    void what_somebody_types_is_sealed_again_whatever_it_looks_like() throws Exception {
        String id = estate.createProvider("libvirt", "kvm", GOOD).id();
        String other = estate.createProvider("libvirt", "other", GOOD).id();
        String stolen = catalog.providers()
                .find(id)
                .orElseThrow()
                .settings()
                .get("password")
                .get(0);
        estate.updateProvider(other, null, Map.of("host", List.of("evil"), "password", List.of(stolen)));
        assertThat(estate.providerSettings(other).text("password")).isEqualTo(stolen);
        // nor does a value that only looks sealed pass through a setting that is no secret
        assertFails(
                ErrorKind.INVALID_CONFIG, () -> estate.updateProvider(other, null, Map.of("host", List.of(stolen))));
    }

    @Test
    void new_settings_make_the_health_unknown_and_a_new_name_does_not() throws Exception {
        String id = estate.createProvider("libvirt", "kvm", GOOD).id();
        estate.providerHealth(id, new Health(Health.State.AVAILABLE, "", NOW));
        assertThat(estate.updateProvider(id, "renamed", null).health().state()).isEqualTo(Health.State.AVAILABLE);
        assertThat(estate.updateProvider(id, null, GOOD).health().state()).isEqualTo(Health.State.UNKNOWN);
    }

    @Test
    void what_is_not_there_cannot_be_changed_and_may_be_removed() throws Exception {
        assertFails(ErrorKind.NOT_FOUND, () -> estate.updateProvider("x", "y", null));
        assertFails(ErrorKind.NOT_FOUND, () -> estate.providerHealth("x", Health.unknown()));
        assertFails(ErrorKind.NOT_FOUND, () -> estate.providerSettings("x"));
        assertFails(ErrorKind.NOT_FOUND, () -> estate.destinationVault("x", "v"));
        assertFails(ErrorKind.NOT_FOUND, () -> estate.destinationHealth("x", Health.unknown(), null, null));
        assertFails(ErrorKind.NOT_FOUND, () -> estate.updateInstance("x", Map.of()));
        assertFails(ErrorKind.NOT_FOUND, () -> estate.recordInventory("x", List.of()));
        assertFails(ErrorKind.NOT_FOUND, () -> estate.recordInstance("x", vm("a", "a")));
        estate.removeProvider("x");
        estate.removeDestination("x");
        estate.removeInstance("x");
    }

    @Test
    void what_would_be_refused_of_a_destination_is_known_before() throws Exception {
        String id = estate.createDestination("s3", "bucket", GOOD).id();
        estate.createDestination("s3", "other", GOOD);
        estate.checkDestination(id, "bucket", Map.of("host", List.of("x")), 7);
        estate.checkDestination(id, null, null, null);
        estate.checkRemoveDestination(id);
        assertFails(ErrorKind.ALREADY_EXISTS, () -> estate.checkDestination(id, "other", null, null));
        assertFails(ErrorKind.INVALID_CONFIG, () -> estate.checkDestination(id, " ", null, null));
        assertFails(ErrorKind.INVALID_CONFIG, () -> estate.checkDestination(id, null, Map.of(), null));
        assertFails(ErrorKind.INVALID_CONFIG, () -> estate.checkDestination(id, null, null, -1));
        assertFails(ErrorKind.INVALID_CONFIG, () -> estate.checkImmutableDays(36_501));
        assertFails(ErrorKind.NOT_FOUND, () -> estate.checkDestination("x", null, null, 1));
        assertThat(estate.destination(id).orElseThrow().immutableDays()).isZero();
        assertThat(estate.destinationSettings(id).text("host")).isEqualTo("kvm1");
    }

    @Test
    void a_destination_keeps_its_vault_its_capacity_and_its_secrets() throws Exception {
        String id = estate.createDestination("s3", "bucket", GOOD).id();
        estate.destinationHealth(id, new Health(Health.State.DEGRADED, "low", NOW), 100L, 5L);
        estate.destinationVault(id, "vault-1");
        estate.destinationVault(id, "vault-1");
        assertFails(ErrorKind.CONFLICT, () -> estate.destinationVault(id, "vault-2"));
        DestinationInfo info = estate.destination(id).orElseThrow();
        assertThat(info.vaultId()).isEqualTo("vault-1");
        assertThat(info.availableBytes()).isEqualTo(5L);
        assertThat(info.settings().secretsSet()).containsExactly("password");
        assertThat(estate.destinationByName("bucket")).contains(info);
        estate.updateDestination(id, "renamed", Map.of("host", List.of("b")));
        assertThat(estate.destinationSettings(id).text("password")).isEqualTo("geheim");
        assertThat(estate.destination(id).orElseThrow().vaultId()).isEqualTo("vault-1");
        assertThat(estate.destinations(ALL).items()).hasSize(1);
    }

    @Test
    void an_inventory_adds_updates_and_marks_what_is_gone() throws Exception {
        String provider = estate.createProvider("libvirt", "kvm", GOOD).id();
        assertThat(estate.recordInventory(provider, List.of(vm("1", "web"), vm("2", "db"), vm("3", "old"))))
                .isEqualTo(new InventoryResult(3, 0, 0, 0));
        assertThat(estate.recordInventory(provider, List.of(vm("1", "web"), vm("2", "database"))))
                .isEqualTo(new InventoryResult(0, 1, 1, 1));
        assertThat(estate.recordInventory(provider, List.of(vm("1", "web"), vm("2", "database"))))
                .isEqualTo(new InventoryResult(0, 0, 2, 0));
        assertThat(estate.instances(provider, null, ALL).items())
                .extracting(i -> i.name() + " " + i.present())
                .containsExactly("database true", "old false", "web true");
        assertThat(estate.recordInventory(provider, List.of(vm("3", "old"))).updated())
                .isEqualTo(1);
    }

    @Test
    void an_inventory_keeps_the_settings_of_instances() throws Exception {
        String provider = estate.createProvider("libvirt", "kvm", GOOD).id();
        String id = estate.recordInstance(provider, vm("1", "web")).id();
        InstanceInfo updated =
                estate.updateInstance(id, Map.of("excludes", List.of("a", "b"), "guestPassword", List.of("geheim")));
        assertThat(updated.settings().secretsSet()).containsExactly("guestPassword");
        estate.recordInventory(provider, List.of(vm("1", "renamed")));
        assertThat(estate.instance(id).orElseThrow().name()).isEqualTo("renamed");
        assertThat(estate.instanceSettings(id).values("excludes")).containsExactly("a", "b");
        assertThat(estate.instanceSettings(id).text("guestPassword")).isEqualTo("geheim");
        assertFails(ErrorKind.INVALID_CONFIG, () -> estate.updateInstance(id, Map.of("x", List.of("y"))));
        assertThat(estate.recordInstance(provider, vm("1", "again")).id()).isEqualTo(id);
    }

    @Test
    void an_instance_that_makes_no_sense_is_refused() throws Exception {
        String provider = estate.createProvider("libvirt", "kvm", GOOD).id();
        for (InstanceDescription bad : List.of(
                vm("", "a"), vm("x".repeat(1_025), "a"), vm("a", ""), vm("a", "x".repeat(256)), vm("a\ud83d", "a"))) {
            assertFails(ErrorKind.INVALID_CONFIG, () -> estate.recordInstance(provider, bad));
        }
    }

    @Test
    void what_is_used_is_not_removed_and_its_users_are_named() throws Exception {
        String provider = estate.createProvider("libvirt", "kvm", GOOD).id();
        String destination = estate.createDestination("s3", "bucket", GOOD).id();
        String instance = estate.recordInstance(provider, vm("1", "web")).id();
        catalog.backups().add(backup("b1", instance, destination));
        catalog.workflows().add(workflow("w1", WorkflowState.RUNNING, provider, instance, destination), List.of());
        catalog.journal().add(new JournalEntry("j1", "t", provider, "n", "snapshot", Map.of(), NOW));

        assertThatThrownBy(() -> estate.removeProvider(provider))
                .hasMessageContaining("'web' with 1 backups")
                .hasMessageContaining("w1")
                .hasMessageContaining("snapshot");
        assertFails(ErrorKind.CONFLICT, () -> estate.checkRemoveDestination(destination));
        assertFails(ErrorKind.CONFLICT, () -> estate.removeDestination(destination));
        assertFails(ErrorKind.CONFLICT, () -> estate.removeInstance(instance));

        catalog.backups().remove("b1");
        catalog.workflows().update(workflow("w1", WorkflowState.FAILED, provider, instance, destination), List.of());
        catalog.journal().remove("j1");
        estate.removeDestination(destination);
        estate.removeProvider(provider);
        assertThat(estate.provider(provider)).isEmpty();
        assertThat(estate.instance(instance)).isEmpty();
        assertThat(estate.destination(destination)).isEmpty();
    }

    @Test
    void many_users_are_counted_rather_than_listed() throws Exception {
        String provider = estate.createProvider("libvirt", "kvm", GOOD).id();
        for (int i = 0; i < 10; i++) {
            catalog.workflows().add(workflow("w" + i, WorkflowState.QUEUED, provider, "", ""), List.of());
        }
        assertThatThrownBy(() -> estate.removeProvider(provider)).hasMessageContaining("and 7 more");
    }

    @Test
    void a_key_is_kept_sealed_and_never_replaced_by_accident() throws Exception {
        byte[] key = {1, 2, 3};
        keys.store("vault-1", Part.WRITER, key);
        keys.store("vault-1", Part.WRITER, key);
        assertThat(keys.read("vault-1", Part.WRITER)).isEqualTo(key);
        assertThat(keys.find("vault-1", Part.READER)).isEmpty();
        assertFails(ErrorKind.ALREADY_EXISTS, () -> keys.store("vault-1", Part.WRITER, new byte[] {4}));
        assertThat(keys.read("vault-1", Part.WRITER)).isEqualTo(key);
        keys.replace("vault-1", Part.WRITER, new byte[] {4});
        assertThat(keys.read("vault-1", Part.WRITER)).containsExactly(4);
        assertThat(catalog.property("vault-key.vault-1.writer").orElseThrow()).startsWith("sealed:");
        keys.remove("vault-1");
        keys.remove("vault-1");
        assertFails(ErrorKind.NOT_FOUND, () -> keys.read("vault-1", Part.WRITER));
    }

    @Test
    void keys_have_bounds_and_so_have_the_ids_of_vaults() throws Exception {
        keys.store("v", Part.RECOVERY, new byte[VaultKeys.MAX_LENGTH]);
        assertThat(keys.read("v", Part.RECOVERY)).hasSize(VaultKeys.MAX_LENGTH);
        assertFails(ErrorKind.INVALID_CONFIG, () -> keys.store("v", Part.READER, new byte[0]));
        assertFails(ErrorKind.INVALID_CONFIG, () -> keys.store("v", Part.READER, new byte[VaultKeys.MAX_LENGTH + 1]));
        assertFails(ErrorKind.NOT_FOUND, () -> keys.replace("v", Part.READER, new byte[1]));
        for (String id : List.of("", "a/b", "x".repeat(65), "ü")) {
            assertFails(ErrorKind.INVALID_CONFIG, () -> keys.store(id, Part.READER, new byte[1]));
            assertFails(ErrorKind.INVALID_CONFIG, () -> keys.find(id, Part.READER));
            keys.remove(id);
        }
    }

    private static InstanceDescription vm(String externalId, String name) {
        return new InstanceDescription(externalId, name, "machine", 1, Map.of());
    }

    private static Backup backup(String id, String instance, String destination) {
        return new Backup(
                id,
                instance,
                destination,
                "",
                false,
                Backup.Status.SUCCESS,
                NOW,
                null,
                new Backup.Stats(0, 0, 0, 0, 0, 0, 0),
                "",
                "",
                null,
                Backup.Verification.NEVER,
                null,
                0,
                "");
    }

    private static Workflow workflow(
            String id, WorkflowState state, String provider, String instance, String destination) {
        return new Workflow(
                id,
                WorkflowType.BACKUP,
                state,
                "admin",
                50,
                provider,
                instance,
                destination,
                "",
                Map.of(),
                NOW,
                NOW,
                state.ended() ? NOW : null,
                "",
                "");
    }

    private static void assertFails(ErrorKind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageNotContaining("geheim");
    }
}
