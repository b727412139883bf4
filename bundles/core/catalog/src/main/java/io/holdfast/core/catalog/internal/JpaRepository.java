package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.Catalog.Repository;
import io.holdfast.core.catalog.CatalogException;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.spi.ErrorKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.persistence.EntityManager;
import javax.persistence.LockModeType;
import javax.persistence.TypedQuery;
import org.jspecify.annotations.Nullable;

/** What every kind of record can do. */
class JpaRepository<T, E extends Row<T>> implements Repository<T> {

    final Transactions transactions;
    private final Kind<T, E> kind;

    JpaRepository(Transactions transactions, Kind<T, E> kind) {
        this.transactions = transactions;
        this.kind = kind;
    }

    @Override
    public void add(T item) {
        E row = kind.fresh().get();
        row.set(item);
        transactions.write(doing("adding", item), ErrorKind.NOT_FOUND, manager -> {
            E fresh = kind.fresh().get();
            fresh.set(item);
            manager.persist(fresh);
            manager.flush();
            return true;
        });
    }

    @Override
    public void update(T item) {
        kind.fresh().get().set(item);
        boolean found = transactions.write(doing("updating", item), ErrorKind.NOT_FOUND, manager -> {
            E row = locked(manager, kind.id().apply(item));
            if (row != null) {
                row.set(item);
                manager.flush();
            }
            return row != null;
        });
        if (!found) {
            throw new CatalogException(
                    ErrorKind.NOT_FOUND, doing("updating", item) + ": there is no such " + kind.noun(), null);
        }
    }

    @Override
    public Optional<T> change(String id, UnaryOperator<T> change) {
        String what = "changing " + kind.noun() + " " + Columns.line(id, Columns.ID);
        return transactions.write(what, ErrorKind.NOT_FOUND, manager -> {
            E row = locked(manager, id);
            if (row == null) {
                return Optional.empty();
            }
            T before = row.toRecord();
            T after = change.apply(before);
            if (!kind.id().apply(after).equals(id)) {
                throw new IllegalArgumentException(what + ": the id must stay");
            }
            if (!after.equals(before)) {
                row.set(after);
                manager.flush();
            }
            return Optional.of(row.toRecord());
        });
    }

    private @Nullable E locked(EntityManager manager, String id) {
        return manager.find(kind.entity(), id, LockModeType.PESSIMISTIC_WRITE);
    }

    @Override
    public Optional<T> find(String id) {
        return transactions.read("reading " + kind.noun(), manager -> {
            E row = manager.find(kind.entity(), id);
            return row == null ? Optional.<T>empty() : Optional.of(row.toRecord());
        });
    }

    @Override
    public Optional<T> findByName(String name) {
        String unique = kind.unique();
        return unique == null ? find(name) : findBy(Map.of(unique, name));
    }

    /** The one record whose attributes have these values. */
    final Optional<T> findBy(Map<String, ?> values) {
        Filter filter = new Filter();
        values.forEach((attribute, value) -> filter.and("e." + attribute + " = :" + attribute, attribute, value));
        return transactions.read(
                "reading " + kind.noun(),
                manager -> query(manager, filter).getResultStream().findFirst().map(Row::toRecord));
    }

    @Override
    public Page<T> list(PageRequest page) {
        return list(new Filter(), page);
    }

    /** One page of what passes a filter. */
    final Page<T> list(Filter filter, PageRequest page) {
        if (page.offset() > Integer.MAX_VALUE - page.limit()) {
            return new Page<>(List.of(), transactions.read("counting " + kind.noun(), m -> count(m, filter)));
        }
        return transactions.read("listing " + kind.noun(), manager -> {
            List<T> items = records(
                    query(manager, filter).setFirstResult((int) page.offset()).setMaxResults(page.limit()));
            boolean lastPage = items.size() < page.limit() && (!items.isEmpty() || page.offset() == 0);
            long total = lastPage ? page.offset() + items.size() : count(manager, filter);
            return new Page<>(items, total);
        });
    }

    final List<T> all(Filter filter, int limit) {
        return transactions.read(
                "listing " + kind.noun(),
                manager -> records(query(manager, filter).setMaxResults(limit)));
    }

    private List<T> records(TypedQuery<E> query) {
        List<T> items = new ArrayList<>();
        for (E row : query.getResultList()) {
            items.add(row.toRecord());
        }
        return List.copyOf(items);
    }

    private TypedQuery<E> query(EntityManager manager, Filter filter) {
        TypedQuery<E> query = manager.createQuery(
                "SELECT e FROM " + kind.entityName() + " e" + filter.where() + " ORDER BY " + kind.order(),
                kind.entity());
        filter.values.forEach(query::setParameter);
        return query;
    }

    private long count(EntityManager manager, Filter filter) {
        TypedQuery<Long> query =
                manager.createQuery("SELECT COUNT(e) FROM " + kind.entityName() + " e" + filter.where(), Long.class);
        filter.values.forEach(query::setParameter);
        return query.getSingleResult();
    }

    @Override
    public void remove(String id) {
        String what = "removing " + kind.noun() + " " + Columns.line(id, Columns.ID);
        transactions.write(what, ErrorKind.CONFLICT, manager -> {
            E row = locked(manager, id);
            if (row != null) {
                manager.remove(row);
                manager.flush();
            }
            return true;
        });
    }

    private String doing(String verb, T item) {
        return verb + " " + kind.noun() + " '" + Columns.line(kind.label().apply(item), 100) + "'";
    }

    /** Conditions that records must meet, with their parameters. */
    static final class Filter {
        private final StringBuilder conditions = new StringBuilder();
        private final Map<String, Object> values = new LinkedHashMap<>();

        Filter and(String condition, String parameter, Object value) {
            values.put(parameter, value);
            return and(condition);
        }

        Filter and(String condition) {
            conditions.append(conditions.isEmpty() ? " WHERE " : " AND ").append(condition);
            return this;
        }

        String where() {
            return conditions.toString();
        }
    }
}
