package io.holdfast.destination.filesystem.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.PluginContext;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.DestinationType;
import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.SettingKind;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import java.time.Clock;
import java.util.UUID;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** The kind {@code filesystem}: one or several directories of mounted file systems. */
@Component(service = DestinationType.class)
public final class FilesystemDestinationType implements DestinationType {

    private static final SettingsSchema SCHEMA = SettingsSchema.of(
            Setting.of(
                            "paths",
                            SettingKind.PATH,
                            "Directories",
                            "One or several absolute directories, each best the root of a file system of its own."
                                    + " Objects are spread over them by free space. Further ones may be added later,"
                                    + " none can be taken away.")
                    .asList()
                    .asRequired(),
            Setting.of(
                            "reserve",
                            SettingKind.SIZE,
                            "Reserved space",
                            "What stays free in every directory's file system; below it nothing more is stored."
                                    + " Default: 5 % of the file system, at most 1 GiB.")
                    .withRange(0, Long.MAX_VALUE),
            Setting.of(
                            "createDirectory",
                            SettingKind.BOOLEAN,
                            "Create directories",
                            "Whether a directory that does not exist is created when the destination is added. Leave it off for"
                                    + " mount points.")
                    .withDefault("false"),
            Setting.of(
                            "adopt",
                            SettingKind.BOOLEAN,
                            "Adopt",
                            "Whether a directory that belongs to another appliance, or whose marker is lost, is taken over"
                                    + " when the destination is added. The other appliance cannot use it any more.")
                    .withDefault("false"));

    /**
     * What tests replace.
     *
     * @param ids makes identifiers that are never the same
     * @param processToken identifies this process among all that use the same directories
     * @param restrictions what is not used even where the file system can
     * @param clock decides when locks are over
     */
    record Surroundings(Supplier<String> ids, String processToken, Restrictions restrictions, Clock clock) {}

    /**
     * Abilities of a file system that are ignored.
     *
     * @param noHardLinks as on FAT
     * @param noLocks as on NFS without a lock manager
     * @param noImmutability as without {@code CAP_LINUX_IMMUTABLE}
     */
    record Restrictions(boolean noHardLinks, boolean noLocks, boolean noImmutability) {
        static final Restrictions NONE = new Restrictions(false, false, false);
    }

    private final Surroundings surroundings;

    /** Called by the container, and by {@link java.util.ServiceLoader} where there is none. */
    @Activate
    public FilesystemDestinationType() {
        this(new Surroundings(
                () -> UUID.randomUUID().toString(),
                SessionDirectory.tokenOfThisProcess(),
                Restrictions.NONE,
                Clock.systemUTC()));
    }

    FilesystemDestinationType(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public String id() {
        return "filesystem";
    }

    @Override
    public String displayName() {
        return "File system";
    }

    @Override
    public SettingsSchema schema() {
        return SCHEMA;
    }

    @Override
    public void initialize(Settings settings, PluginContext context) throws PluginException {
        new Initialization(FilesystemSettings.from(settings), context.applianceId(), surroundings.ids()).run();
    }

    @Override
    public Destination open(Settings settings, PluginContext context) throws PluginException {
        return FilesystemDestination.open(FilesystemSettings.from(settings), context.applianceId(), surroundings)
                .withLocks();
    }

    @Override
    public Destination openForReading(Settings settings, PluginContext context) throws PluginException {
        return ReadingDestination.open(FilesystemSettings.from(settings), surroundings);
    }
}
