package io.holdfast.transport.nbd.internal.server;

import io.holdfast.transport.nbd.server.NbdExport;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The exports of a server, as a connection sees them. */
interface Exports {

    /** The names, in order. */
    Collection<String> names();

    /** The export, or null. */
    @Nullable
    NbdExport find(String name);

    /** All contexts of any export. */
    List<String> CONTEXTS = List.of("base:allocation");
}
