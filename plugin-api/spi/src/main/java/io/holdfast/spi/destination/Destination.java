package io.holdfast.spi.destination;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A store of write-once objects. Implemented by plugins.
 *
 * <p>Objects are small (some bytes) to large (64 MiB); there may be many millions. An object is never changed after it
 * became visible: there is no overwrite and no append. All methods may be called from several threads at once; the core
 * never puts one key twice at the same time from one process, but several nodes may.
 *
 * <p>Implementations do not retry beyond the short retries of their client library: they classify, and the caller
 * decides. A call that was cancelled ends within a second with {@code CANCELLED}.
 */
@ConsumerType
public interface Destination extends AutoCloseable {

    /** What this destination can do. Does not change while it is open. */
    Set<DestinationCapability> capabilities();

    /**
     * Stores one object atomically and durably.
     *
     * <p>Until this method returns, the object may not be visible to {@link #list}, {@link #stat} and {@link #read} in
     * part; when it has returned, the object survives a power cut. If it throws, nothing is left under the key, except
     * after {@code TIMEOUT}, when the object may be there whole. No half object is ever listed, however the call ends.
     *
     * @param key where; must be free
     * @param content what; exactly {@code content.length()} bytes arrive or the call fails
     * @throws PluginException {@code ALREADY_EXISTS} if the key is taken (certain only with {@code EXCLUSIVE_PUT});
     *     {@code QUOTA} if the store is full; {@code PERMISSION}; {@code UNAVAILABLE} or {@code TIMEOUT} for whatever
     *     may succeed later; {@code CANCELLED}; {@code INTERNAL} if the content cannot be read or is not of its length;
     *     {@code CORRUPT_DATA} if what arrives does not have the content's hash, where the store compares it; never a raw
     *     exception of a client library
     */
    void put(ObjectKey key, Content content, TransferContext context) throws PluginException;

    /**
     * Reads a range of an object.
     *
     * @param key which
     * @param offset first byte, not negative; at the length of the object or past it there are no bytes
     * @param length how many bytes at most; {@code Long.MAX_VALUE} means to the end. A range that reaches past the end
     *     is cut there
     * @return the bytes in order; closed by the caller, also before its end. Reading from it throws
     *     {@link java.io.IOException}, with a {@link PluginException} as cause where the kind is known
     * @param context may be used until the returned stream is closed; cancelling it fails further reads
     * @throws PluginException {@code NOT_FOUND} if there is no such object, and only if that is certain: a store that is not
     *     there at all is {@code UNAVAILABLE}
     */
    InputStream read(ObjectKey key, long offset, long length, TransferContext context) throws PluginException;

    /** The object's size, or empty if there is no such object. Up to date even where listings are late. */
    Optional<ObjectStat> stat(ObjectKey key, TransferContext context) throws PluginException;

    /**
     * Lists objects in the order of their keys.
     *
     * @param prefix what listed keys start with; may be empty or end within a segment
     * @param after list only keys greater than this one; null for the start
     * @param limit how many at most, 1 to 10,000
     * @return up to {@code limit} objects; fewer, even none, only at the end of the list
     */
    List<ObjectStat> list(String prefix, @Nullable ObjectKey after, int limit, TransferContext context)
            throws PluginException;

    /**
     * Deletes an object. Deleting what does not exist succeeds.
     *
     * @throws PluginException {@code PERMISSION} if the object is locked against deletion; {@code UNSUPPORTED} without
     *     the capability {@code DELETE}
     */
    void delete(ObjectKey key, TransferContext context) throws PluginException;

    /** How much room there is; cheap enough to be asked once a minute. */
    Capacity capacity(TransferContext context) throws PluginException;

    /** Ends the connection. Calls under way fail. Closing twice is harmless. */
    @Override
    void close();
}
