package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.policy.SuddenChange;
import io.holdfast.core.policy.SuddenChange.Numbers;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Compares a new backup with what its instance usually has on that destination. */
final class Signals {

    private final Catalog catalog;

    Signals(Catalog catalog) {
        this.catalog = catalog;
    }

    /** How it is unlike the ones before it; empty if it is not. */
    Optional<String> of(Backup fresh) {
        // some more than are compared: a few may have the wrong time, or be marked already
        PageRequest newest = PageRequest.first(2 * SuddenChange.LAST);
        List<Numbers> before =
                catalog.backups().list(fresh.instanceId(), fresh.destinationId(), newest).items().stream()
                        .filter(b ->
                                !b.id().equals(fresh.id()) && b.suddenChange().isEmpty())
                        .sorted(Comparator.comparingLong(Backup::sequence).reversed())
                        .map(Signals::numbers)
                        .toList();
        return SuddenChange.of(numbers(fresh), before);
    }

    private static Numbers numbers(Backup b) {
        return new Numbers(
                b.stats().changeRate(),
                b.stats().incompressibleShare(),
                b.stats().logicalBytes());
    }
}
