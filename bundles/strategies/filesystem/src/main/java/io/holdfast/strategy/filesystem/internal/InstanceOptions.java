package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.SettingKind;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;

/**
 * The settings of one instance.
 *
 * @param filter what is let through
 * @param mounts which other file systems below the directory belong to it
 * @param excludeCaches whether directories with a {@code CACHEDIR.TAG} are left out
 * @param maxFileSize larger files are left out, in bytes
 * @param requireMount whether the directory must be where a file system is mounted
 * @param readAll whether every file is read every time
 */
record InstanceOptions(
        EntryFilter filter,
        Mounts mounts,
        boolean excludeCaches,
        long maxFileSize,
        boolean requireMount,
        boolean readAll) {

    /** Which file systems mounted below the instance's directory are walked, pseudo file systems never. */
    enum Mounts {
        /** None. */
        ONE,
        /** Those whose data lie on this machine's disks. */
        LOCAL,
        /** All, network and memory included. */
        ALL;

        boolean admits(FileSystem.Sort sort) {
            return switch (sort) {
                case PSEUDO -> false;
                case LOCAL -> this != ONE;
                default -> this == ALL;
            };
        }
    }

    static final SettingsSchema SCHEMA = SettingsSchema.of(
            Setting.of(
                            "includes",
                            SettingKind.STRING,
                            "Includes",
                            "Patterns of what is backed up, in the syntax of .gitignore, relative to the directory; a directory that"
                                    + " matches is taken whole. Empty: everything.")
                    .asList(),
            Setting.of(
                            "excludes",
                            SettingKind.STRING,
                            "Excludes",
                            "Patterns of what is left out, in the syntax and with the meaning of .gitignore (the last one that matches"
                                    + " decides, '!' takes back).")
                    .asList(),
            Setting.of(
                            "fileSystems",
                            SettingKind.STRING,
                            "Other file systems",
                            "What becomes of file systems mounted below the directory: 'local' takes those on local disks along, 'one'"
                                    + " takes none, 'all' takes network and memory file systems too. Pseudo file systems such as"
                                    + " /proc never.")
                    .withChoices("local", "one", "all")
                    .withDefault("local"),
            Setting.of(
                            "excludeCaches",
                            SettingKind.BOOLEAN,
                            "Exclude caches",
                            "Leave out the contents of directories that a CACHEDIR.TAG marks as caches. Default false.")
                    .withDefault("false"),
            Setting.of(
                    "maxFileSize",
                    SettingKind.SIZE,
                    "Largest file",
                    "Larger files are left out and counted in the task's log. Empty: no limit."),
            Setting.of(
                            "requireMount",
                            SettingKind.BOOLEAN,
                            "Must be a mount point",
                            "Fail instead of backing up an empty directory when the file system that belongs there is not mounted."
                                    + " Default false.")
                    .withDefault("false"),
            Setting.of(
                            "changeDetection",
                            SettingKind.STRING,
                            "Change detection",
                            "'automatic' reads files whose inode, size, modification or change time differ from the last backup;"
                                    + " 'read-all' reads every file every time.")
                    .withChoices("automatic", "read-all")
                    .withDefault("automatic"));

    static InstanceOptions of(Settings settings) throws PluginException {
        Mounts mounts =
                switch (settings.find("fileSystems").orElse("local")) {
                    case "one" -> Mounts.ONE;
                    case "all" -> Mounts.ALL;
                    default -> Mounts.LOCAL;
                };
        return new InstanceOptions(
                EntryFilter.of(settings.values("includes"), settings.values("excludes")),
                mounts,
                settings.flag("excludeCaches"),
                settings.find("maxFileSize").map(Settings::parseSize).orElse(Long.MAX_VALUE),
                settings.flag("requireMount"),
                settings.find("changeDetection").orElse("").equals("read-all"));
    }
}
