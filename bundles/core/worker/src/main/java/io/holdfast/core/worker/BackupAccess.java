package io.holdfast.core.worker;

/**
 * What is needed to look into a backup. Holds secrets.
 *
 * @param backupId which backup
 * @param destination where it is, with reader keys
 * @param applianceId identifies this appliance
 */
public record BackupAccess(String backupId, DestinationAccess destination, String applianceId) {}
