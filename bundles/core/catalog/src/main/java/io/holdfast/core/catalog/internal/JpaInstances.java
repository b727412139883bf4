package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.Catalog.InstanceRepository;
import io.holdfast.core.catalog.Instance;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Instances. */
final class JpaInstances extends JpaRepository<Instance, InstanceRow> implements InstanceRepository {

    JpaInstances(Transactions transactions) {
        super(
                transactions,
                new Kind<>(
                        InstanceRow.class,
                        InstanceRow::new,
                        "instance",
                        Instance::id,
                        Instance::name,
                        null,
                        "e.name, e.id"));
    }

    @Override
    public Optional<Instance> findByExternalId(String providerId, String externalId) {
        return findBy(Map.of("providerId", providerId, "externalKey", Columns.digest(externalId)));
    }

    @Override
    public Page<Instance> list(@Nullable String providerId, @Nullable String nameContains, PageRequest page) {
        Filter filter = new Filter();
        if (providerId != null) {
            filter.and("e.providerId = :providerId", "providerId", providerId);
        }
        if (nameContains != null && !nameContains.isEmpty()) {
            filter.and("e.nameFolded LIKE :part ESCAPE '!'", "part", "%" + literal(nameContains) + "%");
        }
        return list(filter, page);
    }

    private static String literal(String text) {
        return Columns.folded(text).replace("!", "!!").replace("%", "!%").replace("_", "!_");
    }
}
