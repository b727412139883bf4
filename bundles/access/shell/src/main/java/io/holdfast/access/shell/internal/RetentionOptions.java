package io.holdfast.access.shell.internal;

import io.holdfast.access.model.KeepDto;
import io.holdfast.access.model.LimitsDto;
import io.holdfast.access.model.RetentionRuleDto;
import org.apache.karaf.shell.api.action.Option;
import org.jspecify.annotations.Nullable;

/** What can be said on a command line about which backups are kept. */
abstract class RetentionOptions extends HoldfastCommand {

    @Option(name = "--keep-last", description = "Keep the newest so many")
    @Nullable
    Integer last;

    @Option(name = "--keep-daily", description = "Keep the newest of so many days")
    @Nullable
    Integer daily;

    @Option(name = "--keep-weekly", description = "Keep the newest of so many weeks")
    @Nullable
    Integer weekly;

    @Option(name = "--keep-monthly", description = "Keep the newest of so many months")
    @Nullable
    Integer monthly;

    @Option(name = "--keep-yearly", description = "Keep the newest of so many years")
    @Nullable
    Integer yearly;

    @Option(name = "--versions", description = "Keep at most so many full, and so many incremental, backups")
    @Nullable
    Integer versions;

    @Option(name = "--days", description = "Keep nothing for more than so many days")
    @Nullable
    Integer days;

    /** What is given; null if nothing is. */
    final @Nullable RetentionRuleDto rule() {
        boolean limited = versions != null || days != null;
        boolean kept = last != null || daily != null || weekly != null || monthly != null || yearly != null;
        if (!limited && !kept) {
            return null;
        }
        LimitsDto limits = limited ? new LimitsDto(versions, days) : null;
        KeepDto keep = kept ? new KeepDto(last, null, daily, weekly, monthly, yearly, null) : null;
        return new RetentionRuleDto(limits, limits, keep, null, null, null, null);
    }
}
