package io.holdfast.core.worker.internal;

import io.holdfast.core.vault.BackupId;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.ArrayList;
import java.util.List;

/** Ids of backups as they come from outside. */
final class Backups {

    private Backups() {}

    static BackupId id(String text) throws PluginException {
        try {
            return new BackupId(text);
        } catch (IllegalArgumentException e) {
            throw new PluginException(ErrorKind.NOT_FOUND, "There is no backup '" + LogText.escape(text) + "'.", e);
        }
    }

    static List<BackupId> ids(List<String> texts) throws PluginException {
        List<BackupId> ids = new ArrayList<>();
        for (String text : texts) {
            ids.add(id(text));
        }
        return ids;
    }
}
