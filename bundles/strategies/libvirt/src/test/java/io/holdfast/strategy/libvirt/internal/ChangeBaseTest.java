package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.spi.strategy.ChangeToken;
import io.holdfast.spi.strategy.FullReadReason;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChangeBaseTest {

    private static final String POINT = "holdfast-a-b-0123456789abcdef";
    private static final Token.Disk DISK = new Token.Disk("vda", "/im ages/\u00fc\n%2F.qcow2", "77", 1 << 20);

    private static String reason(Token.Disk now, List<String> checkpoints) throws Exception {
        ChangeToken token = new Token(POINT, List.of(DISK)).format().orElseThrow();
        FullReadReason reason = ChangeBase.of(Optional.of(token), List.of(now), checkpoints, List.of())
                .reason();
        return reason == null ? "" : reason.code();
    }

    @Test
    void changes_are_counted_from_the_checkpoint_of_a_token_that_fits() throws Exception {
        ChangeToken token = new Token(POINT, List.of(DISK)).format().orElseThrow();

        assertThat(Token.parse(token)).contains(new Token(POINT, List.of(DISK)));
        assertThat(ChangeBase.of(Optional.of(token), List.of(DISK), List.of("foreign", POINT), List.of()))
                .isEqualTo(new ChangeBase(POINT, null));
        assertThat(ChangeBase.of(Optional.empty(), List.of(DISK), List.of(POINT), List.of()))
                .isEqualTo(ChangeBase.NONE);
    }

    @Test
    void a_token_remembers_older_checkpoints_that_may_be_left() throws Exception {
        List<String> older = List.of("holdfast-a-2", "holdfast-a-1");
        Token token = new Token(POINT, older, List.of(DISK), "kvm 1");

        assertThat(Token.parse(token.format().orElseThrow())).contains(token);
        assertThat(token.checkpoints()).containsExactly(POINT, "holdfast-a-2", "holdfast-a-1");
    }

    @Test
    void any_doubt_is_a_reason_to_read_everything() throws Exception {
        List<String> there = List.of(POINT);
        assertThat(reason(DISK, List.of("foreign"))).isEqualTo("CHECKPOINT_LOST");
        assertThat(reason(new Token.Disk("vdb", DISK.path(), "77", 1 << 20), there))
                .isEqualTo("DISK_ADDED");
        assertThat(reason(new Token.Disk("vda", DISK.path(), "77", 2 << 20), there))
                .isEqualTo("DISK_RESIZED");
        assertThat(reason(new Token.Disk("vda", "/other", "77", 1 << 20), there))
                .isEqualTo("DISK_REPLACED");
        assertThat(reason(new Token.Disk("vda", DISK.path(), "78", 1 << 20), there))
                .isEqualTo("DISK_REPLACED");
    }

    @Test
    void a_token_that_is_none_of_ours_is_a_reason_and_not_a_failure() throws Exception {
        for (String text : List.of(
                "",
                "x",
                "libvirt-1 foreign",
                "libvirt-1 " + POINT + "\nvda %zz",
                "libvirt-1",
                "libvirt-1 @here",
                "libvirt-1 " + POINT + " foreign")) {
            ChangeBase base =
                    ChangeBase.of(Optional.of(new ChangeToken(text)), List.of(DISK), List.of(POINT), List.of());
            assertThat(Objects.requireNonNull(base.reason()).code()).isEqualTo("TOKEN_LOST");
        }
        assertThat(ChangeBase.of(Optional.of(Token.ofStopped()), List.of(DISK), List.of(POINT), List.of())
                        .checkpoint())
                .isEmpty();
    }

    @Test
    void a_backup_that_left_no_checkpoint_is_a_predecessor_all_the_same() throws Exception {
        ChangeToken token = Token.ofWhole();

        assertThat(Objects.requireNonNull(ChangeBase.of(Optional.of(token), List.of(DISK), List.of(), List.of())
                                .reason())
                        .code())
                .isEqualTo("NO_BITMAPS");
        assertThat(Objects.requireNonNull(
                                ChangeBase.withoutBitmaps(Optional.of(token)).reason())
                        .code())
                .isEqualTo("NO_BITMAPS");
        assertThat(ChangeBase.withoutBitmaps(Optional.empty())).isEqualTo(ChangeBase.NONE);
    }

    @Test
    void a_token_knows_the_host_it_is_of() throws Exception {
        Token token = new Token(POINT, List.of(), List.of(DISK), "root@kvm 1:22");

        assertThat(Token.parse(token.format().orElseThrow())).contains(token);
    }
}
