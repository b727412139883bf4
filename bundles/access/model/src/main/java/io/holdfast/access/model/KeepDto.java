package io.holdfast.access.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Keep rules: of each hour, day, week, month and year in which there are backups, the newest one counts.
 *
 * @param last the newest so many
 * @param hourly of so many hours
 * @param daily of so many days
 * @param weekly of so many weeks
 * @param monthly of so many months
 * @param yearly of so many years
 * @param within everything younger, such as P7D or PT12H
 */
public record KeepDto(
        @Nullable Integer last,
        @Nullable Integer hourly,
        @Nullable Integer daily,
        @Nullable Integer weekly,
        @Nullable Integer monthly,
        @Nullable Integer yearly,
        @Nullable Duration within) {}
