package io.holdfast.core.security.internal;

import io.holdfast.core.catalog.ApiToken;
import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.CatalogException;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.catalog.User;
import io.holdfast.core.security.Account;
import io.holdfast.core.security.Accounts;
import io.holdfast.core.security.IssuedToken;
import io.holdfast.core.security.Principal;
import io.holdfast.core.security.Role;
import io.holdfast.core.security.Token;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Users and tokens in the catalogue. */
@Component(service = Accounts.class, immediate = true, configurationPid = "io.holdfast.core.security")
public final class AccountsComponent implements Accounts {

    /**
     * @param directory where the first password is written
     * @param iterations of the password hash
     * @param remembered how long a right password is remembered
     */
    record Settings(Path directory, int iterations, Duration remembered) {}

    static final String FIRST_PASSWORD = "admin-password";

    private static final Logger LOG = LoggerFactory.getLogger(AccountsComponent.class);
    private static final String ADMIN = "admin";
    private static final Pattern NAME = Pattern.compile("[a-z0-9._-]{1,64}");
    private static final int MAX_DESCRIPTION = 255;

    private final Catalog catalog;
    private final Clock clock;
    private final PasswordHash hash;
    private final RecentLogins recent;
    private final Guessing guessing;
    private final Tokens tokens;
    private final PrivateFiles files;
    /** Fits no password, and costs as much to find that out as a real one. */
    private final String nobody;

    /** For the container. */
    @Activate
    public AccountsComponent(@Reference Catalog catalog, BundleContext context, SecurityConfig config)
            throws IOException {
        this(
                catalog,
                Clock.systemUTC(),
                new SecureRandom(),
                new Settings(
                        SecurityConfig.Reading.directory(config, context),
                        PasswordHash.ITERATIONS,
                        Duration.ofMinutes(5)));
    }

    AccountsComponent(Catalog catalog, Clock clock, SecureRandom random, Settings settings) throws IOException {
        this.catalog = catalog;
        this.clock = clock;
        this.hash = new PasswordHash(settings.iterations(), random);
        this.recent = new RecentLogins(clock, settings.remembered(), random);
        this.guessing = new Guessing(clock);
        this.tokens = new Tokens(catalog, clock, random);
        this.files = new PrivateFiles(settings.directory());
        this.nobody = "pbkdf2-sha256$" + settings.iterations() + "$AAAAAAAAAAAAAAAAAAAAAA$"
                + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        if (catalog.users().list(PageRequest.first(1)).total() == 0) {
            createFirstAdministrator(random);
        }
    }

    /** The file comes first: a user without a known password would be of no use. */
    private void createFirstAdministrator(SecureRandom random) throws IOException {
        String password = RandomText.of(24, random);
        files.write(FIRST_PASSWORD, (password + "\n").getBytes(StandardCharsets.US_ASCII));
        catalog.users().add(new User(ADMIN, hash.of(password), Set.of(Role.ADMIN.id()), true, now()));
        LOG.info("The user '{}' was created; its password is in {}", ADMIN, files.path(FIRST_PASSWORD));
    }

    @Override
    public Principal authenticate(String userName, String password, String source) throws PluginException {
        Optional<User> user = NAME.matcher(userName).matches() ? catalog.users().find(userName) : Optional.empty();
        boolean active = user.isPresent() && user.get().active();
        if (active && recent.contains(userName, user.get().passwordHash(), password)) {
            return principal(user.get(), null);
        }
        guessing.check(userName, source);
        String stored = user.map(User::passwordHash).orElse(nobody);
        boolean fits = password.length() <= MAX_PASSWORD_LENGTH && hash.fits(password, stored);
        if (!fits || !active) {
            guessing.failed(userName, source);
            throw new PluginException(
                    ErrorKind.AUTHENTICATION, "logging in: user name or password is wrong; check both");
        }
        guessing.succeeded(userName, source);
        recent.add(userName, stored, password);
        return principal(user.get(), null);
    }

    @Override
    public Principal authenticateToken(String secret, String source) throws PluginException {
        guessing.check("", source);
        Optional<ApiToken> token = tokens.find(secret);
        Optional<User> user =
                token.flatMap(t -> catalog.users().find(t.userName())).filter(User::active);
        if (token.isEmpty() || user.isEmpty()) {
            guessing.failed("", source);
            throw new PluginException(
                    ErrorKind.AUTHENTICATION, "logging in: the token is unknown, expired or revoked; make a new one");
        }
        return principal(user.get(), token.get().id());
    }

    private static Principal principal(User user, @Nullable String tokenId) {
        return new Principal(user.name(), roles(user), tokenId);
    }

    /** Roles of a newer release that this one does not know allow nothing. */
    private static Set<Role> roles(User user) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        user.roles().forEach(id -> Role.of(id).ifPresent(roles::add));
        return roles;
    }

    @Override
    public Page<Account> list(PageRequest page) {
        Page<User> users = catalog.users().list(page);
        return new Page<>(users.items().stream().map(AccountsComponent::account).toList(), users.total());
    }

    @Override
    public Optional<Account> find(String userName) {
        return catalog.users().find(userName).map(AccountsComponent::account);
    }

    private static Account account(User user) {
        return new Account(user.name(), roles(user), user.active(), user.created());
    }

    @Override
    public Account create(String userName, String password, Set<Role> roles) throws PluginException {
        if (!NAME.matcher(userName).matches()) {
            throw invalid("a user name has 1 to 64 characters of a-z, 0-9, '.', '_' and '-'");
        }
        checkPassword(userName, password);
        checkRoles(roles);
        User user = new User(userName, hash.of(password), ids(roles), true, now());
        try {
            catalog.users().add(user);
        } catch (CatalogException e) {
            if (e.kind() == ErrorKind.ALREADY_EXISTS) {
                throw new PluginException(
                        ErrorKind.ALREADY_EXISTS,
                        "creating user '" + userName + "': there is one of that name; choose another",
                        e);
            }
            throw e;
        }
        return account(user);
    }

    @Override
    public void setPassword(String userName, String password) throws PluginException {
        checkPassword(userName, password);
        String hashed = hash.of(password);
        change(userName, user -> new User(user.name(), hashed, user.roles(), user.active(), user.created()));
        if (userName.equals(ADMIN)) {
            forgetFirstPassword();
        }
    }

    private void forgetFirstPassword() {
        try {
            files.delete(FIRST_PASSWORD);
        } catch (IOException e) {
            LOG.warn(
                    "The file {} holds a password that is valid no more, but cannot be removed",
                    files.path(FIRST_PASSWORD),
                    e);
        }
    }

    @Override
    public synchronized void setRoles(String userName, Set<Role> roles) throws PluginException {
        checkRoles(roles);
        if (!roles.contains(Role.ADMIN)) {
            keepOneAdministrator(userName, "changing the roles of");
        }
        change(userName, user -> new User(user.name(), user.passwordHash(), ids(roles), user.active(), user.created()));
    }

    @Override
    public synchronized void setActive(String userName, boolean active) throws PluginException {
        if (!active) {
            keepOneAdministrator(userName, "deactivating");
        }
        change(userName, user -> new User(user.name(), user.passwordHash(), user.roles(), active, user.created()));
    }

    @Override
    public synchronized void remove(String userName) throws PluginException {
        keepOneAdministrator(userName, "removing");
        tokens.list(userName).forEach(token -> tokens.revoke(token.id()));
        catalog.users().remove(userName);
    }

    private void change(String userName, UnaryOperator<User> change) throws PluginException {
        if (catalog.users().change(userName, change).isEmpty()) {
            throw unknown(userName);
        }
    }

    /** Callers hold the lock, so that two of them cannot remove the last two administrators. */
    private void keepOneAdministrator(String userName, String verb) throws PluginException {
        long offset = 0;
        List<User> part;
        boolean concerned = false;
        boolean another = false;
        do {
            part = catalog.users()
                    .list(new PageRequest(offset, PageRequest.MAX_LIMIT))
                    .items();
            for (User user : part) {
                if (user.active() && roles(user).contains(Role.ADMIN)) {
                    concerned |= user.name().equals(userName);
                    another |= !user.name().equals(userName);
                }
            }
            offset += part.size();
        } while (part.size() == PageRequest.MAX_LIMIT);
        if (concerned && !another) {
            throw new PluginException(
                    ErrorKind.CONFLICT,
                    verb + " user '" + userName + "': it is the last active administrator; make another one first");
        }
    }

    @Override
    public IssuedToken createToken(String userName, String description, @Nullable Instant expires)
            throws PluginException {
        if (description.length() > MAX_DESCRIPTION || description.chars().anyMatch(Character::isISOControl)) {
            throw invalid("the description of a token has at most " + MAX_DESCRIPTION
                    + " characters and no control characters");
        }
        if (expires != null && !expires.isAfter(clock.instant())) {
            throw invalid("a token must expire in the future");
        }
        if (catalog.users().find(userName).isEmpty()) {
            throw unknown(userName);
        }
        return tokens.create(userName, description, expires);
    }

    @Override
    public List<Token> tokens(@Nullable String userName) {
        return tokens.list(userName);
    }

    @Override
    public void revokeToken(String tokenId) {
        tokens.revoke(tokenId);
    }

    private static void checkPassword(String userName, String password) throws PluginException {
        if (password.length() < MIN_PASSWORD_LENGTH || password.length() > MAX_PASSWORD_LENGTH) {
            throw invalid("a password has " + MIN_PASSWORD_LENGTH + " to " + MAX_PASSWORD_LENGTH + " characters");
        }
        if (password.chars().anyMatch(Character::isISOControl)
                || !StandardCharsets.UTF_8.newEncoder().canEncode(password)) {
            throw invalid("a password is text without control characters");
        }
        if (password.equalsIgnoreCase(userName) || password.chars().distinct().count() < 4) {
            throw invalid("this password is too easy to guess; take a longer one");
        }
    }

    private static void checkRoles(Set<Role> roles) throws PluginException {
        if (roles.isEmpty()) {
            throw invalid("a user needs at least one role");
        }
    }

    private static Set<String> ids(Set<Role> roles) {
        return roles.stream().map(Role::id).collect(Collectors.toUnmodifiableSet());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static PluginException unknown(String userName) {
        String shown = NAME.matcher(userName).matches() ? " '" + userName + "'" : " of that name";
        return new PluginException(ErrorKind.NOT_FOUND, "there is no user" + shown + "; list the users to see who is");
    }

    private static PluginException invalid(String message) {
        return new PluginException(ErrorKind.INVALID_CONFIG, message);
    }
}
