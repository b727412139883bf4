package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.testkit.fake.TestCancellation;
import io.holdfast.transport.nbd.NbdAddress;
import io.holdfast.transport.nbd.NbdClient;
import io.holdfast.transport.nbd.NbdConnectOptions;
import io.holdfast.transport.nbd.NbdExtent;
import io.holdfast.transport.nbd.server.NbdExport;
import io.holdfast.transport.nbd.server.NbdServer;
import io.holdfast.transport.nbd.server.NbdServerOptions;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class DifferentialTargetTest {

    private static final int BLOCK = 65_536;

    private final TestCancellation cancellation = new TestCancellation();
    private final Owner owner = new Owner();
    private NbdServer server;

    /** Counts what it is told. */
    private static final class Owner implements DifferentialTarget.Owner {
        private final AtomicInteger first = new AtomicInteger();
        private final AtomicInteger completed = new AtomicInteger();
        private final AtomicInteger abandoned = new AtomicInteger();
        private long written;

        @Override
        public void beforeFirstWrite() {
            first.incrementAndGet();
        }

        @Override
        public void completed(long bytes) {
            written = bytes;
            completed.incrementAndGet();
        }

        @Override
        public void abandoned() {
            abandoned.incrementAndGet();
        }
    }

    /** A disk in memory that says of some zeroes only that they are zeroes. */
    private static final class Memory implements NbdExport {
        private final byte[] content;
        private final int room;

        Memory(byte[] content, int room) {
            this.content = content.clone();
            this.room = room;
        }

        @Override
        public long size() {
            return content.length;
        }

        @Override
        public boolean writable() {
            return true;
        }

        @Override
        public synchronized void read(long offset, ByteBuffer into) {
            into.put(content, (int) offset, into.remaining());
        }

        @Override
        public synchronized void write(long offset, ByteBuffer from) throws PluginException {
            if (offset + from.remaining() > room) {
                throw new PluginException(ErrorKind.QUOTA, "full");
            }
            from.get(content, (int) offset, from.remaining());
        }

        @Override
        public synchronized void writeZeroes(long offset, long length, boolean punchHole) {
            Arrays.fill(content, (int) offset, (int) (offset + length), (byte) 0);
        }

        @Override
        public synchronized List<NbdExtent> extents(long offset, long length) {
            int end = (int) Math.min(offset + length, (offset / BLOCK + 1) * BLOCK);
            boolean zero = offset / BLOCK % 3 == 0;
            for (int i = (int) offset; i < end; i++) {
                zero &= content[i] == 0;
            }
            return List.of(new NbdExtent(offset, end - offset, zero ? 3 : 0));
        }
    }

    @BeforeEach
    void given_a_server(@TempDir Path directory) throws Exception {
        server = NbdServer.start(NbdServerOptions.on(NbdAddress.unix(directory.resolve("s"))));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private DifferentialTarget target(Memory memory) throws PluginException {
        server.export("", memory);
        NbdClient client = NbdClient.connect(
                server.address(), NbdConnectOptions.forExport("").withContexts(NbdConnectOptions.BASE_ALLOCATION));
        return new DifferentialTarget("vda", client, cancellation, owner);
    }

    private static byte[] random(Random random, int size) {
        byte[] content = new byte[size];
        for (int at = 0; at < size; at += BLOCK) {
            if (random.nextInt(3) > 0) {
                byte[] block = new byte[Math.min(BLOCK, size - at)];
                random.nextBytes(block);
                System.arraycopy(block, 0, content, at, block.length);
            }
        }
        return content;
    }

    /** Changes single bytes, empties and fills blocks. */
    private static byte[] changed(Random random, byte[] old) {
        byte[] content = old.clone();
        for (int i = random.nextInt(6); i > 0; i--) {
            int at = random.nextInt(content.length);
            switch (random.nextInt(3)) {
                case 0 -> content[at]++;
                case 1 -> Arrays.fill(content, at, Math.min(content.length, at + 3 * BLOCK), (byte) 0);
                default -> Arrays.fill(content, at, Math.min(content.length, at + BLOCK), (byte) 7);
            }
        }
        return content;
    }

    private static long differing(byte[] one, byte[] two) {
        long bytes = 0;
        for (int at = 0; at < one.length; at += BLOCK) {
            int end = Math.min(one.length, at + BLOCK);
            bytes += Arrays.equals(one, at, end, two, at, end) ? 0 : end - at;
        }
        return bytes;
    }

    @Test
    void afterwards_the_disk_is_the_backup_and_no_more_was_written_than_the_blocks_that_differed() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        Random random = new Random(11);
        for (int round = 0; round < 60; round++) {
            byte[] old = random(random, 512 + random.nextInt(40 * BLOCK));
            byte[] wanted = random.nextInt(5) == 0 ? random(random, old.length) : changed(random, old);
            Memory memory = new Memory(old, Integer.MAX_VALUE);
            int chunk = BLOCK / 2 * (1 + random.nextInt(40));
            try (DifferentialTarget target = target(memory)) {
                List<Future<?>> writes = new ArrayList<>();
                for (int at = 0; at < wanted.length; at += chunk) {
                    int from = at;
                    int length = Math.min(chunk, wanted.length - at);
                    if (ByteBuffer.wrap(wanted, at, length).mismatch(ByteBuffer.allocate(length)) >= 0) {
                        writes.add(threads.submit(() -> {
                            target.write(from, ByteBuffer.wrap(wanted, from, length));
                            return null;
                        }));
                    }
                }
                for (Future<?> write : writes) {
                    write.get();
                }
                target.complete();
            }
            assertThat(memory.content).as("round " + round).isEqualTo(wanted);
            if (chunk % BLOCK == 0 && old.length % BLOCK == 0) {
                assertThat(owner.written).isLessThanOrEqualTo(differing(old, wanted));
            }
            server.withdraw("");
        }
        threads.shutdown();
        assertThat(owner.completed).hasValue(60);
        assertThat(owner.abandoned).hasValue(0);
    }

    @Test
    void a_disk_that_is_the_same_already_is_not_touched() throws Exception {
        byte[] content = random(new Random(3), 9 * BLOCK + 512);
        Memory memory = new Memory(content, 0);
        try (DifferentialTarget target = target(memory)) {
            for (int at = 0; at < content.length; at += BLOCK) {
                int length = Math.min(BLOCK, content.length - at);
                if (ByteBuffer.wrap(content, at, length).mismatch(ByteBuffer.allocate(length)) >= 0) {
                    target.write(at, ByteBuffer.wrap(content, at, length));
                }
            }
            target.complete();
        }

        assertThat(owner.first).hasValue(0);
        assertThat(owner.written).isZero();
    }

    @Test
    void a_failure_says_what_it_was_and_leaves_the_disk_to_its_owner() throws Exception {
        byte[] content = new byte[4 * BLOCK];
        Arrays.fill(content, (byte) 5);
        try (DifferentialTarget target = target(new Memory(new byte[content.length], BLOCK))) {
            assertThatThrownBy(() -> target.write(0, ByteBuffer.wrap(content)))
                    .isInstanceOfSatisfying(
                            PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.QUOTA))
                    .hasMessageContaining("vda");
        }

        assertThat(owner.first).hasValue(1);
        assertThat(owner.abandoned).hasValue(1);
        assertThat(owner.completed).hasValue(0);
    }
}
