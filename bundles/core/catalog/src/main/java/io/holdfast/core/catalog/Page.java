package io.holdfast.core.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * One page of a longer list.
 *
 * @param items the records of this page
 * @param total how many there are in all
 */
public record Page<T>(List<T> items, long total) {

    /**
     * Every record of a list that comes in pages.
     *
     * @param list gives a page
     */
    public static <T> List<T> all(Function<PageRequest, Page<T>> list) {
        List<T> all = new ArrayList<>();
        Page<T> page;
        do {
            page = list.apply(new PageRequest(all.size(), PageRequest.MAX_LIMIT));
            all.addAll(page.items());
        } while (page.items().size() == PageRequest.MAX_LIMIT);
        return all;
    }
}
