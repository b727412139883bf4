package io.holdfast.destination.filesystem.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.destination.filesystem.internal.FilesystemDestinationType.Restrictions;
import io.holdfast.spi.destination.DestinationCapability;
import io.holdfast.spi.destination.DestinationType;
import io.holdfast.spi.destination.ImmutableStore;
import io.holdfast.testkit.contract.DestinationContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

/** The contract in each of the ways in which this destination publishes objects. */
class FilesystemDestinationContractTest {

    abstract static class Contract extends DestinationContract {
        private final int paths;
        private final DestinationType type;

        Contract(int paths, Restrictions restrictions) {
            this.paths = paths;
            this.type = Store.withRestrictions(restrictions, Path.of("/")).type();
        }

        @Override
        protected DestinationType type() {
            return type;
        }

        @Override
        protected Map<String, List<String>> newPlace(Path scratch) throws IOException {
            for (int i = 0; i < paths; i++) {
                Files.createDirectory(scratch.resolve("path" + i));
            }
            try (var directories = Files.list(scratch)) {
                return Map.of("paths", directories.map(Path::toString).toList());
            }
        }

        @Override
        protected int listedObjects() {
            return 40;
        }

        @Override
        protected Set<DestinationCapability> missingCapabilities() {
            // what can be locked has a nest of its own; a staged file that is linked into place is not read again
            return EnumSet.of(DestinationCapability.IMMUTABILITY, DestinationCapability.CHECKED_PUT);
        }
    }

    @Nested
    class OnePath extends Contract {
        OnePath() {
            super(1, new Restrictions(false, false, true));
        }

        @Override
        protected int listedObjects() {
            return 300;
        }
    }

    @Nested
    class ThreePaths extends Contract {
        ThreePaths() {
            super(3, new Restrictions(false, false, true));
        }
    }

    @Nested
    class WithoutHardLinks extends Contract {
        WithoutHardLinks() {
            super(1, new Restrictions(true, false, true));
        }
    }

    @Nested
    class WithoutHardLinksAndLocks extends Contract {
        WithoutHardLinksAndLocks() {
            super(1, new Restrictions(true, true, true));
        }

        @Override
        protected Set<DestinationCapability> missingCapabilities() {
            Set<DestinationCapability> missing = super.missingCapabilities();
            // nothing that the file system does by itself is exclusive
            missing.add(DestinationCapability.EXCLUSIVE_PUT);
            return missing;
        }
    }

    /** With the immutable attribute, where this user may set it and the file system has it. */
    @Nested
    class WithLocks extends Contract {
        private @Nullable Path place;

        WithLocks() {
            super(2, Restrictions.NONE);
        }

        @Override
        protected Map<String, List<String>> newPlace(Path scratch) throws IOException {
            place = scratch;
            return super.newPlace(scratch);
        }

        @BeforeEach
        void mayLock() {
            assumeTrue(
                    destination() instanceof ImmutableStore,
                    "files cannot be made immutable here: needs root or CAP_LINUX_IMMUTABLE, and ext4, XFS or btrfs");
        }

        @AfterEach
        void takeLocksAway() throws Exception {
            Process process = new ProcessBuilder("chattr", "-R", "-f", "-i", String.valueOf(place)).start();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }

        @Override
        protected Duration lockTime() {
            return Duration.ofMinutes(10);
        }

        @Override
        protected Set<DestinationCapability> missingCapabilities() {
            return EnumSet.of(DestinationCapability.CHECKED_PUT);
        }
    }
}
