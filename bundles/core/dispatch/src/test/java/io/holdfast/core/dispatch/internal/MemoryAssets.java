package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.Destination;
import io.holdfast.core.catalog.Instance;
import io.holdfast.core.catalog.Provider;
import io.holdfast.core.dispatch.fixture.FakeAssets;
import io.holdfast.core.worker.DestinationAccess;
import io.holdfast.core.worker.InstanceAccess;
import io.holdfast.core.worker.ProviderAccess;
import io.holdfast.spi.strategy.InstanceDescription;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What is behind the port, in memory, without sealing anything. */
final class MemoryAssets implements Assets {

    private final Catalog catalog;
    final Map<String, Map<String, List<String>>> secrets = new ConcurrentHashMap<>();
    final Map<String, Collection<InstanceDescription>> inventories = new ConcurrentHashMap<>();
    final Map<String, String> health = new ConcurrentHashMap<>();
    final Map<String, String> recoveryKeys = new ConcurrentHashMap<>();
    final Map<String, Integer> immutableDays = new ConcurrentHashMap<>();
    final Map<String, byte[]> writerKeys = new ConcurrentHashMap<>();
    final Map<String, byte[]> readerKeys = new ConcurrentHashMap<>();
    /** Which keys of which destination a task was given. */
    final List<String> given = new CopyOnWriteArrayList<>();

    MemoryAssets(Catalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public ProviderAccess provider(String id) {
        Provider p = catalog.providers().find(id).orElseThrow();
        return new ProviderAccess(p.id(), p.type(), p.name(), p.settings());
    }

    @Override
    public InstanceAccess instance(String id) {
        Instance i = catalog.instances().find(id).orElseThrow();
        return new InstanceAccess(i.id(), FakeAssets.description(catalog, id), i.settings());
    }

    @Override
    public DestinationAccess destination(String id, Keys keys) {
        Destination d = catalog.destinations().find(id).orElseThrow();
        given.add(id + " " + keys);
        byte[] none = new byte[0];
        return new DestinationAccess(
                d.id(),
                d.type(),
                d.name(),
                d.settings(),
                d.vaultId(),
                keys == Keys.NONE ? none : writerKeys.getOrDefault(d.vaultId(), new byte[] {1}),
                keys == Keys.READER ? readerKeys.getOrDefault(d.vaultId(), new byte[] {2}) : none,
                immutableDays.getOrDefault(d.id(), 0));
    }

    @Override
    public void inventory(String providerId, Collection<InstanceDescription> found) {
        inventories.put(providerId, List.copyOf(found));
    }

    @Override
    public void instanceFound(String providerId, InstanceDescription found) {
        inventories.merge(providerId, List.of(found), (a, b) -> {
            List<InstanceDescription> all = new java.util.ArrayList<>(a);
            all.addAll(b);
            return all;
        });
    }

    @Override
    public void providerHealth(String id, boolean good, String message, Instant now) {
        health.put(id, good ? "good" : message);
    }

    @Override
    public void destinationHealth(String id, boolean good, String message, long total, long available, Instant now) {
        health.put(id, good ? "good " + available + " of " + total : message);
    }

    @Override
    public void attached(String destinationId, String vaultId, byte[] writer, byte[] reader) {
        if (writer.length > 0) {
            writerKeys.put(vaultId, writer);
            readerKeys.put(vaultId, reader);
        }
        catalog.destinations()
                .change(
                        destinationId,
                        d -> new Destination(
                                d.id(),
                                d.type(),
                                d.name(),
                                d.settings(),
                                vaultId,
                                d.health(),
                                d.totalBytes(),
                                d.availableBytes()));
    }

    @Override
    public void keepRecoveryKey(String destinationId, String vaultId, String printed) {
        recoveryKeys.put(vaultId, printed);
    }

    private String vault(String destinationId) {
        return catalog.destinations().find(destinationId).orElseThrow().vaultId();
    }

    @Override
    public Optional<String> recoveryKey(String destinationId) {
        return Optional.ofNullable(recoveryKeys.get(vault(destinationId)));
    }

    @Override
    public boolean hasKeys(String destinationId) {
        return readerKeys.containsKey(vault(destinationId));
    }

    @Override
    public void rotated(String destinationId, byte[] writer, byte[] reader, String recoveryKey) {
        attached(destinationId, vault(destinationId), writer, reader);
        recoveryKeys.put(vault(destinationId), recoveryKey);
    }

    @Override
    public void destroyed(String destinationId) {
        String vault = vault(destinationId);
        attached(destinationId, "", new byte[0], new byte[0]);
        for (String gone : List.of(vault, "")) {
            writerKeys.remove(gone);
            readerKeys.remove(gone);
        }
        recoveryKeys.remove(vault);
    }

    @Override
    public void keepSecrets(String owner, Map<String, List<String>> values) {
        secrets.put(owner, new HashMap<>(values));
    }

    @Override
    public Map<String, List<String>> secrets(String owner) {
        return secrets.getOrDefault(owner, Map.of());
    }

    @Override
    public void removeSecrets(String owner) {
        secrets.remove(owner);
    }
}
