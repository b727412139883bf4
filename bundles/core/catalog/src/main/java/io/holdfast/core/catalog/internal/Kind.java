package io.holdfast.core.catalog.internal;

import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One kind of record.
 *
 * @param entity its class
 * @param fresh makes an empty row
 * @param noun what to call it in messages
 * @param id its primary key
 * @param label what people call one of them, for messages
 * @param unique attribute with a unique name; null if there is none
 * @param order how lists are ordered, in JPQL, of the alias {@code e}
 */
record Kind<T, E extends Row<T>>(
        Class<E> entity,
        Supplier<E> fresh,
        String noun,
        Function<T, String> id,
        Function<T, String> label,
        @Nullable String unique,
        String order) {

    /** The name of the entity in JPQL. */
    String entityName() {
        return entity.getSimpleName().replaceFirst("Row$", "");
    }
}
