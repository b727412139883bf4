package io.holdfast.sample.strategy.generated.internal;

import io.holdfast.spi.settings.Settings;

/**
 * What is generated.
 *
 * @param instances how many
 * @param diskSize bytes
 * @param files in each tree
 * @param fileSize bytes of the largest
 * @param dailyChange percent
 * @param seed of everything
 */
record Shape(long instances, long diskSize, long files, long fileSize, int dailyChange, long seed) {

    static Shape from(Settings settings) {
        return new Shape(
                settings.integer("instances"),
                settings.size("diskSize"),
                settings.integer("files"),
                settings.size("fileSize"),
                (int) settings.integer("dailyChange"),
                settings.integer("seed"));
    }
}
