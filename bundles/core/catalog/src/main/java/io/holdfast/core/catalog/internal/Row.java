package io.holdfast.core.catalog.internal;

/**
 * What an entity can do: take the values of a record, and give them back. Entities never leave this package.
 *
 * @param <T> the record
 */
interface Row<T> {
    /** Takes every value, having checked that it can be stored. */
    void set(T item);

    /** The same as a record. */
    T toRecord();
}
