package io.holdfast.access.model;

import java.util.List;

/**
 * Which backups on a destination are known to be damaged.
 *
 * @param items one for each, newest first
 */
public record DamageDto(List<DamagedBackupDto> items) {}
