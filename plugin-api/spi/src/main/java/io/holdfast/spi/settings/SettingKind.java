package io.holdfast.spi.settings;

/** How the value of a setting is written and shown. The wire form is always a string, or a list of strings. */
public enum SettingKind {
    /** One line of text. */
    STRING,
    /** Several lines of text. */
    TEXT,
    /** A whole number in decimal digits, optionally with a sign. */
    INTEGER,
    /** {@code true} or {@code false}. */
    BOOLEAN,
    /** An ISO-8601 duration such as {@code PT30S}. */
    DURATION,
    /** A number of bytes: digits, optionally followed by KiB, MiB, GiB or TiB. */
    SIZE,
    /** An absolute path on the node. */
    PATH,
    /** An absolute URL. */
    URL,
    /** One of the setting's choices. */
    CHOICE
}
