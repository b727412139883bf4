package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.Problem;
import io.holdfast.core.vault.internal.manifest.Manifest;
import java.util.List;

/**
 * What a session takes over from the backup of another vault that it writes anew.
 *
 * @param origin the instance as this vault names it, and the session that made the backup
 * @param head of the backup: its time, its place in the order, its numbers
 * @param problems what could not be read when it was made
 */
record Copied(BackupId origin, Manifest.Head head, List<Problem> problems) {}
