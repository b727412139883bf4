package io.holdfast.strategy.filesystem.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EntryExtraTest {

    private static EntryExtra extra(List<ExtendedAttribute> attributes) {
        return new EntryExtra(Natives.utf8("root"), Natives.utf8("wheel"), attributes, EntryExtra.NODUMP, true, true);
    }

    private static String text(EntryExtra extra) {
        StringBuilder text = new StringBuilder();
        text.append(Arrays.toString(extra.ownerName())).append(Arrays.toString(extra.groupName()));
        text.append(extra.flags()).append(extra.sparse()).append(extra.linked());
        extra.attributes()
                .forEach(each -> text.append(Arrays.toString(each.name())).append(Arrays.hashCode(each.value())));
        return text.toString();
    }

    @Test
    void what_is_encoded_is_decoded() throws Exception {
        for (int size : new int[] {0, 1, 127, 128, 300, 16_383, 16_384, 65_536}) {
            EntryExtra extra = extra(List.of(
                    new ExtendedAttribute(Natives.utf8("user.a"), new byte[size]),
                    new ExtendedAttribute(Natives.utf8("user." + "b".repeat(250)), new byte[] {1})));

            assertThat(text(EntryExtra.decode(extra.encode()))).isEqualTo(text(extra));
            assertThat(extra.fits()).isTrue();
        }
    }

    @Test
    void an_ordinary_file_needs_few_bytes() {
        EntryExtra ordinary = new EntryExtra(Natives.utf8("root"), Natives.utf8("root"), List.of(), 0, false, false);

        assertThat(ordinary.encode()).hasSize(13);
    }

    @Test
    void too_many_attributes_are_cut_and_told() throws Exception {
        List<ExtendedAttribute> many = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            many.add(new ExtendedAttribute(Natives.utf8("user." + i), new byte[65_536]));
        }
        EntryExtra extra = extra(many);

        assertThat(extra.fits()).isFalse();
        assertThat(extra.encode().length).isLessThanOrEqualTo(EntryExtra.MAX_BYTES);
        assertThat(EntryExtra.decode(extra.encode()).attributes()).hasSize(15);
    }

    @Test
    void fields_of_later_releases_are_skipped() throws Exception {
        byte[] with = {1, 99, 3, 7, 7, 7, 1, 1, 'r'};

        assertThat(EntryExtra.decode(with).ownerName()).isEqualTo(new byte[] {'r'});
    }

    @Test
    void hostile_bytes_are_refused_and_never_break_anything() {
        Random random = new Random(7);
        byte[] good = extra(List.of(new ExtendedAttribute(Natives.utf8("user.a"), new byte[40])))
                .encode();
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = Arrays.copyOf(good, 1 + random.nextInt(good.length + 4));
            for (int flips = random.nextInt(5); flips >= 0; flips--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                EntryExtra decoded = EntryExtra.decode(bad);
                assertThat(decoded.attributes())
                        .allSatisfy(each -> assertThat(each.name()).isNotEmpty());
            } catch (PluginException e) {
                assertThat(e.kind()).isEqualTo(ErrorKind.UNSUPPORTED);
            }
        }
        assertThatThrownBy(() -> EntryExtra.decode(new byte[] {2})).hasMessageContaining("newer release");
    }
}
