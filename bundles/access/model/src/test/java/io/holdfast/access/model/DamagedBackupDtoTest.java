package io.holdfast.access.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.access.model.fakes.FakeCore;
import io.holdfast.core.catalog.Backup;
import org.junit.jupiter.api.Test;

class DamagedBackupDtoTest {

    @Test
    void the_damaged_are_named_with_their_machine_and_the_others_are_not_even_read() throws Exception {
        FakeCore core = new FakeCore();
        for (int i = 0; i < 20; i++) {
            core.catalog.backups.add(FakeCore.backup("good" + i, Backup.Status.SUCCESS, 0));
        }
        core.catalog.backups.add(FakeCore.damaged("bad1"));
        core.catalog.backups.add(FakeCore.damaged("bad2"));
        core.catalog.backups.listed.set(0);

        DamageDto damage = DamagedBackupDto.on(core, "d1");

        assertThat(damage.items()).extracting(DamagedBackupDto::backupId).containsExactly("bad1", "bad2");
        assertThat(damage.items()).extracting(DamagedBackupDto::instanceName).containsOnly("data");
        assertThat(core.catalog.backups.listed).hasValue(2);
        assertThat(DamagedBackupDto.on(core, "d2").items()).isEmpty();
    }
}
