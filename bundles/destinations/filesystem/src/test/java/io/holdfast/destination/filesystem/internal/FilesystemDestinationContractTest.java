package io.holdfast.destination.filesystem.internal;

import io.holdfast.destination.filesystem.internal.FilesystemDestinationType.Restrictions;
import io.holdfast.spi.destination.DestinationCapability;
import io.holdfast.spi.destination.DestinationType;
import io.holdfast.testkit.contract.DestinationContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
            // a directory cannot refuse its owner to delete; a staged file that is linked into place is not read again
            return EnumSet.of(DestinationCapability.IMMUTABILITY, DestinationCapability.CHECKED_PUT);
        }
    }

    @Nested
    class OnePath extends Contract {
        OnePath() {
            super(1, Restrictions.NONE);
        }

        @Override
        protected int listedObjects() {
            return 300;
        }
    }

    @Nested
    class ThreePaths extends Contract {
        ThreePaths() {
            super(3, Restrictions.NONE);
        }
    }

    @Nested
    class WithoutHardLinks extends Contract {
        WithoutHardLinks() {
            super(1, new Restrictions(true, false));
        }
    }

    @Nested
    class WithoutHardLinksAndLocks extends Contract {
        WithoutHardLinksAndLocks() {
            super(1, new Restrictions(true, true));
        }

        @Override
        protected Set<DestinationCapability> missingCapabilities() {
            Set<DestinationCapability> missing = super.missingCapabilities();
            // nothing that the file system does by itself is exclusive
            missing.add(DestinationCapability.EXCLUSIVE_PUT);
            return missing;
        }
    }
}
