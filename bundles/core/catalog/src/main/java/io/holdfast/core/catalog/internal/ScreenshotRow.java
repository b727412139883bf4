package io.holdfast.core.catalog.internal;

import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;

/** The picture of a backup's boot proof; a row of its own, so that lists of backups do not read it. */
@Entity(name = "Screenshot")
@Table(name = "boot_screenshots")
class ScreenshotRow {

    static final int MOST = 1 << 20;

    @Id
    @Column(name = "backup_id")
    String backupId = "";

    byte[] png = new byte[0];

    ScreenshotRow() {}

    ScreenshotRow(String backupId, byte[] png) {
        this.backupId = backupId;
        this.png = png;
    }
}
