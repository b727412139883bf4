package io.holdfast.spi.keys;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Wraps keys of the appliance under a key that only the service has. Implemented by plugins. Used from one thread at a time,
 * opened for a moment and closed again.
 *
 * <p>The key of the service should not leave it. Nothing that it is given is kept, logged or shown in messages.
 */
@ConsumerType
public interface KeyService extends AutoCloseable {

    /** The longest key that it is given, in bytes. */
    int MAX_KEY = 256;

    /** The longest result of {@link #wrap}, in bytes. */
    int MAX_WRAPPED = 65_536;

    /**
     * Encrypts a key, authenticated together with its context.
     *
     * @param key 1 to {@link #MAX_KEY} bytes
     * @param context what the key is for, printable ASCII, 1 to 256 characters; not secret, needed again to unwrap
     * @return what {@link #unwrap} takes, for years: at most {@link #MAX_WRAPPED} bytes, different at each call
     * @throws PluginException if the service does not do it, saying what to do
     */
    byte[] wrap(byte[] key, String context) throws PluginException;

    /**
     * Gives a wrapped key back.
     *
     * @param wrapped a result of {@link #wrap}, or anything at all
     * @param context the same as then
     * @throws PluginException {@code CORRUPT_DATA} if it was changed, or wrapped elsewhere, with another key or for another
     *     context; otherwise as {@link #wrap}
     */
    byte[] unwrap(byte[] wrapped, String context) throws PluginException;

    /**
     * Says in a line what wraps, such as {@code key 'holdfast' on the token 'backup'}; no secrets. Asks nobody.
     */
    String describe();

    /**
     * Proves that it works now: wraps a random key and unwraps it again, unless the service knows better.
     *
     * @throws PluginException if it does not, saying what to do
     */
    default void test() throws PluginException {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        byte[] back = unwrap(wrap(key, "holdfast/test"), "holdfast/test");
        boolean same = MessageDigest.isEqual(key, back);
        Arrays.fill(back, (byte) 0);
        if (!same) {
            throw new PluginException(
                    ErrorKind.CORRUPT_DATA,
                    "testing " + describe() + ": another key came back than was wrapped; do not use this service");
        }
    }

    /** Ends the use; logs out. Closing twice is harmless. */
    @Override
    void close();
}
