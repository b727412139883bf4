package io.holdfast.core.security;

import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.spi.PluginException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Users, their roles and their tokens. An OSGi service, present while the catalogue is. All methods may be called from
 * any thread. Whether the caller is allowed to manage accounts is the caller's check ({@link Permission#ACCOUNT_WRITE}).
 *
 * <p>A new appliance gets the user {@code admin} with a generated password, which is written to the file
 * {@code admin-password} in the security directory (mode 0600); the log names the file, not the password.
 */
@ProviderType
public interface Accounts {

    /** The shortest password that is accepted. */
    int MIN_PASSWORD_LENGTH = 12;

    /** The longest password that is accepted. */
    int MAX_PASSWORD_LENGTH = 1_024;

    /**
     * Proves a user by password. Takes the time of a slow hash, unless the same password was right a moment ago; a wrong
     * name takes as long as a wrong password.
     *
     * @param source where the attempt comes from, such as an address; guessing is slowed down by user and source
     * @throws PluginException {@code AUTHENTICATION} without saying whether name or password is wrong;
     *     {@link TooManyAttemptsException} after too many of them
     */
    Principal authenticate(String userName, String password, String source) throws PluginException;

    /**
     * Proves a user by token. Fast.
     *
     * @param secret as {@link IssuedToken#secret} gave it
     * @param source where the attempt comes from, such as an address
     * @throws PluginException {@code AUTHENTICATION} if it is unknown, expired, revoked or its user inactive;
     *     {@link TooManyAttemptsException} after too many of them
     */
    Principal authenticateToken(String secret, String source) throws PluginException;

    /** One page of users, by name. */
    Page<Account> list(PageRequest page);

    /** A user. */
    Optional<Account> find(String userName);

    /**
     * Creates a user.
     *
     * @throws PluginException {@code INVALID_CONFIG} if name, password or roles are not acceptable;
     *     {@code ALREADY_EXISTS}
     */
    Account create(String userName, String password, Set<Role> roles) throws PluginException;

    /**
     * Sets a password. Tokens stay valid.
     *
     * @throws PluginException {@code INVALID_CONFIG}, {@code NOT_FOUND}
     */
    void setPassword(String userName, String password) throws PluginException;

    /**
     * Sets a user's roles.
     *
     * @throws PluginException {@code INVALID_CONFIG}, {@code NOT_FOUND}; {@code CONFLICT} if no active administrator
     *     would be left
     */
    void setRoles(String userName, Set<Role> roles) throws PluginException;

    /**
     * Allows or forbids a user to log in. Takes effect at once, for tokens too.
     *
     * @throws PluginException {@code NOT_FOUND}; {@code CONFLICT} if no active administrator would be left
     */
    void setActive(String userName, boolean active) throws PluginException;

    /**
     * Removes a user with all tokens. Removing who is not there is harmless.
     *
     * @throws PluginException {@code CONFLICT} if no active administrator would be left
     */
    void remove(String userName) throws PluginException;

    /**
     * Makes a token for a user.
     *
     * @param description what it is for, at most 255 characters
     * @param expires until when; null for ever
     * @throws PluginException {@code NOT_FOUND}, {@code INVALID_CONFIG}
     */
    IssuedToken createToken(String userName, String description, @Nullable Instant expires) throws PluginException;

    /** The tokens of a user, or of everybody if null; oldest first. Those that have expired are among them for about 30 days. */
    List<Token> tokens(@Nullable String userName);

    /** Revokes a token at once. Revoking what is not there is harmless. */
    void revokeToken(String tokenId);
}
