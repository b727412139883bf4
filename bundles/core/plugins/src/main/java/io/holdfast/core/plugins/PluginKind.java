package io.holdfast.core.plugins;

/** What a plugin is for. */
public enum PluginKind {
    /** Exports and imports the instances of a kind of provider. */
    STRATEGY,
    /** Keeps backups. */
    DESTINATION
}
