package io.holdfast.access.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.access.model.fakes.FakeCore;
import io.holdfast.core.catalog.Backup;
import org.junit.jupiter.api.Test;

class BackupDtoTest {

    private static final String SESSION = "0123456789abcdef01234567";

    @Test
    void a_backup_and_its_copies_have_one_common_id_whatever_the_keys_of_their_vaults() {
        String made = common("a".repeat(32) + "." + SESSION + "00000000");
        assertThat(common("a".repeat(32) + "." + SESSION + "0000000f")).isEqualTo(made);
        assertThat(common("b".repeat(32) + "." + SESSION + "89abcdef")).isEqualTo(made);
        assertThat(common("a".repeat(32) + "." + "f" + SESSION.substring(1) + "00000000"))
                .isNotEqualTo(made);
    }

    private static String common(String id) {
        return BackupDto.of(FakeCore.backup(id, Backup.Status.SUCCESS, 0)).commonId();
    }
}
