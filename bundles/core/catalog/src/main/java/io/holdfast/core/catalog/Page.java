package io.holdfast.core.catalog;

import java.util.List;

/**
 * One page of a longer list.
 *
 * @param items the records of this page
 * @param total how many there are in all
 */
public record Page<T>(List<T> items, long total) {}
