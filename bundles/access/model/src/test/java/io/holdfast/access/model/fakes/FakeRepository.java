package io.holdfast.access.model.fakes;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Records in memory, ordered by id. */
public class FakeRepository<T> implements Catalog.Repository<T> {

    final Map<String, T> records = new ConcurrentSkipListMap<>();
    private final Function<T, String> id;

    FakeRepository(Function<T, String> id) {
        this.id = id;
    }

    @Override
    public void add(T item) {
        records.put(id.apply(item), item);
    }

    @Override
    public void update(T item) {
        records.put(id.apply(item), item);
    }

    @Override
    public Optional<T> change(String key, UnaryOperator<T> change) {
        return Optional.ofNullable(records.computeIfPresent(key, (k, v) -> change.apply(v)));
    }

    @Override
    public Optional<T> find(String key) {
        return Optional.ofNullable(records.get(key));
    }

    @Override
    public Optional<T> findByName(String name) {
        return find(name);
    }

    @Override
    public Page<T> list(PageRequest page) {
        return page(List.copyOf(records.values()), page);
    }

    @Override
    public void remove(String key) {
        records.remove(key);
    }

    static <S> Page<S> page(List<S> all, PageRequest page) {
        return new Page<>(all.stream().skip(page.offset()).limit(page.limit()).toList(), all.size());
    }
}
