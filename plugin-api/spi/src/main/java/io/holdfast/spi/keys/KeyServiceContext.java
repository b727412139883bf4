package io.holdfast.spi.keys;

import java.nio.file.Path;
import java.time.Clock;
import org.osgi.annotation.versioning.ProviderType;

/** What a key service may use between opening and closing. Provided by the core. */
@ProviderType
public interface KeyServiceContext {

    /** The only source of time. */
    Clock clock();

    /**
     * A directory of this way of keeping the key, closed to other users, that survives restarts but may be lost. For notes
     * such as a PIN that was refused; never for keys. It exists.
     */
    Path stateDirectory();
}
