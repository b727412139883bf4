package io.holdfast.transport.nbd;

/**
 * An export in a server's list.
 *
 * @param name for {@link NbdConnectOptions#forExport}
 * @param description for people, empty if the server has none
 */
public record NbdListedExport(String name, String description) {}
