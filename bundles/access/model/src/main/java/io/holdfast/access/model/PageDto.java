package io.holdfast.access.model;

import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import java.util.List;
import java.util.function.Function;

/**
 * One page of a longer list.
 *
 * @param items the records of this page
 * @param total how many there are in all
 * @param offset how many were passed over
 * @param limit how many were asked for at most
 */
public record PageDto<T>(List<T> items, long total, long offset, int limit) {

    /** A page of the core's, each record mapped. */
    public static <S, T> PageDto<T> of(Page<S> page, PageRequest asked, Function<S, T> mapping) {
        return new PageDto<>(page.items().stream().map(mapping).toList(), page.total(), asked.offset(), asked.limit());
    }
}
