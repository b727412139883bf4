package io.holdfast.core.vault.internal.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.Digests;
import io.holdfast.core.vault.internal.crypto.KeyCodec;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.spi.PluginException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ParityTest {

    private static final int MIB = 1 << 20;
    private static final int SECTOR = 4096;

    private final Random random = new Random(5);
    private KeyRing keys;
    private byte[] pack;
    private Id id;

    @BeforeEach
    void begin() throws PluginException {
        byte[] publicKey = new byte[32];
        publicKey[0] = 9;
        keys = new KeyRing(new KeyCodec.Parts(new byte[16], 1, new byte[32], publicKey, null));
        pack(3 * MIB + 1234);
    }

    private void pack(int size) {
        pack = new byte[size];
        random.nextBytes(pack);
        id = Id.of(Digests.sha256().digest(pack));
    }

    private byte[] parity(int percent) {
        try {
            return ParityObject.encode(keys, id, pack.length, BlockSource.of(pack), percent);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Optional<byte[]> mend(byte[] parity, byte[] damaged) throws PluginException {
        return Mender.mend(id, ParityObject.parse(keys, id, parity), damaged)
                .map(mended -> mended.apply(0, mended.size(), damaged));
    }

    private void assertMended(byte[] parity, byte[] damaged) throws PluginException {
        assertThat(mend(parity, damaged)).hasValueSatisfying(bytes -> assertThat(Arrays.equals(bytes, pack))
                .isTrue());
    }

    private void flip(byte[] bytes, int times) {
        for (int i = 0; i < times; i++) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
    }

    @Test
    void packsOfAnySizeAreMendedAfterAFlip() throws PluginException {
        for (int size : new int[] {1, 2, 255, 256, 257, 1000, 32_768, 32_769, 100_000, 600_000, 700_001}) {
            pack(size);
            for (int percent : new int[] {1, 5, 10, 20, 50}) {
                byte[] damaged = pack.clone();
                flip(damaged, 1);
                assertMended(parity(percent), damaged);
                assertThat(ParityObject.parse(keys, id, parity(percent)).intact())
                        .isTrue();
            }
        }
    }

    @Test
    void aRunOfBadSectorsAsLongAsTheParityIsMended() throws PluginException {
        byte[] parity = parity(10);
        int run = pack.length / 10 / SECTOR * SECTOR;
        for (int at = 0; at <= pack.length - run; at += 97 * SECTOR) {
            byte[] damaged = pack.clone();
            Arrays.fill(damaged, at, at + run, (byte) 0);
            assertMended(parity, damaged);
        }
    }

    @Test
    void aTruncatedTailALostHeaderAndGarbageAtTheEndAreMended() throws PluginException {
        byte[] parity = parity(10);
        for (int cut : new int[] {1, 100, 4096, 100_000, pack.length / 10 - 2 * SECTOR}) {
            assertMended(parity, Arrays.copyOf(pack, pack.length - cut));
            byte[] headless = pack.clone();
            random.nextBytes(headless);
            System.arraycopy(pack, cut, headless, cut, pack.length - cut);
            assertMended(parity, headless);
            assertMended(parity, Arrays.copyOf(pack, pack.length + cut));
        }
    }

    @Test
    void ofAForgedObjectFullOfHeadersFewAreLookedAt() throws PluginException {
        byte[] good = parity(10);
        for (int forged : new int[] {3, 4}) {
            byte[] bytes = new byte[2 * forged * 76 + good.length];
            for (int i = 0; i < forged; i++) {
                System.arraycopy(good, 0, bytes, i * 76, 76);
                System.arraycopy(good, 0, bytes, bytes.length - (i + 1) * 76, 76);
            }
            System.arraycopy(good, 0, bytes, forged * 76, good.length);
            if (forged < 4) {
                assertThat(mend(bytes, pack)).isPresent();
            } else {
                assertThatThrownBy(() -> ParityObject.parse(keys, id, bytes)).isInstanceOf(PluginException.class);
            }
        }
    }

    @Test
    void whatIsBeyondTheRedundancyIsNotMended() throws PluginException {
        byte[] parity = parity(10);
        assertThat(mend(parity, Arrays.copyOf(pack, pack.length * 8 / 10))).isEmpty();
        assertThat(mend(parity, new byte[0])).isEmpty();
        byte[] other = new byte[pack.length];
        random.nextBytes(other);
        assertThat(mend(parity, other)).isEmpty();
    }

    @Test
    void aHarmedParityObjectMendsWithWhatIsLeftOfIt() throws PluginException {
        byte[] good = parity(20);
        byte[] damaged = pack.clone();
        Arrays.fill(damaged, 50_000, 150_000, (byte) 1);
        for (int head : new int[] {0, good.length - SECTOR}) {
            byte[] parity = good.clone();
            Arrays.fill(parity, head, head + SECTOR, (byte) 0);
            assertMended(parity, damaged);
            assertThat(ParityObject.parse(keys, id, parity).intact()).isFalse();
        }
        assertMended(Arrays.copyOf(good, good.length * 3 / 4), damaged);
        assertMended(Arrays.copyOfRange(good, good.length / 4, good.length), damaged);
        byte[] flipped = good.clone();
        for (int i = 3 * SECTOR; i < good.length - 3 * SECTOR; i += 13 * SECTOR) {
            flipped[i] ^= 1;
        }
        assertMended(flipped, damaged);
    }

    @Test
    void withoutAGoodHeadTheParityIsRefused() {
        byte[] parity = parity(10);
        Arrays.fill(parity, 0, SECTOR, (byte) 0);
        Arrays.fill(parity, parity.length - SECTOR, parity.length, (byte) 0);
        assertThatThrownBy(() -> ParityObject.parse(keys, id, parity))
                .isInstanceOf(PluginException.class)
                .hasMessageContaining("neither of its two heads");
        byte[] foreign = parity(10);
        assertThatThrownBy(() -> ParityObject.parse(keys, new Id(1, 2, 3, 4), foreign))
                .isInstanceOf(PluginException.class)
                .hasMessageContaining("another pack");
    }

    @Test
    void aFlippedBitAnywhereInAParityObjectIsNoticed() throws PluginException {
        pack(3000);
        byte[] good = parity(20);
        for (int i = 0; i < good.length; i++) {
            byte[] bad = good.clone();
            bad[i] ^= (byte) (1 << (i & 7));
            assertThat(ParityObject.parse(keys, id, bad).intact())
                    .as("byte " + i)
                    .isFalse();
        }
    }

    @Test
    void partsOfAPackAreMendedAsTheyAreRead() throws PluginException {
        byte[] damaged = Arrays.copyOf(pack, pack.length - 9000);
        flip(damaged, 3);
        Mended mended = Mender.mend(id, ParityObject.parse(keys, id, parity(10)), damaged)
                .orElseThrow();
        for (int i = 0; i < 500; i++) {
            int offset = random.nextInt(pack.length);
            int length = random.nextInt(20_000);
            byte[] found = Arrays.copyOfRange(
                    damaged, Math.min(offset, damaged.length), Math.min(offset + length, damaged.length));
            assertThat(mended.apply(offset, length, found))
                    .isEqualTo(Arrays.copyOfRange(pack, offset, Math.min(offset + length, pack.length)));
        }
    }

    /** Not a promise: how many flips at random places a pack survives; printed for the README. */
    @Test
    void randomFlipsAreSurvivedByTheHundred() throws PluginException {
        pack(8 * MIB);
        TreeMap<Integer, String> survived = new TreeMap<>();
        for (int percent : new int[] {5, 10, 20}) {
            byte[] parity = parity(percent);
            StringBuilder row = new StringBuilder();
            for (int flips : new int[] {1, 10, 30, 60, 100, 200, 400}) {
                int mended = 0;
                for (int i = 0; i < 5; i++) {
                    byte[] damaged = pack.clone();
                    flip(damaged, flips);
                    mended += mend(parity, damaged).isPresent() ? 1 : 0;
                }
                row.append(' ').append(flips).append(": ").append(mended).append("/5");
                if (flips <= percent) {
                    assertThat(mended).as(percent + " %, " + flips + " flips").isEqualTo(5);
                }
            }
            survived.put(percent, row.toString());
        }
        System.out.println("Random flips survived by 8 MiB, by percent of parity: " + survived);
        assertThat(survived).hasSize(3);
    }
}
