package io.holdfast.access.model.fakes;

import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.security.Account;
import io.holdfast.core.security.Accounts;
import io.holdfast.core.security.IssuedToken;
import io.holdfast.core.security.Principal;
import io.holdfast.core.security.Role;
import io.holdfast.core.security.Token;
import io.holdfast.core.security.TooManyAttemptsException;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;

/** Users with the passwords {@code NAME-password} and the tokens {@code NAME-token}. */
public final class FakeAccounts implements Accounts {

    public final Map<String, Account> users = new ConcurrentSkipListMap<>();
    public final Map<String, String> passwords = new ConcurrentSkipListMap<>();
    public final Map<String, Token> tokens = new ConcurrentSkipListMap<>();

    /** Whether somebody has guessed too often. */
    public volatile boolean locked;

    FakeAccounts() {
        for (Role role : Role.values()) {
            users.put(role.id(), new Account(role.id(), Set.of(role), true, FakeWorkflows.NOW));
            passwords.put(role.id(), role.id() + "-password");
        }
        users.put("gone", new Account("gone", Set.of(Role.ADMIN), false, FakeWorkflows.NOW));
        passwords.put("gone", "gone-password");
    }

    @Override
    public Principal authenticate(String userName, String password, String source) throws PluginException {
        if (locked) {
            throw new TooManyAttemptsException("too many attempts; try again in 30 s", Duration.ofSeconds(30));
        }
        if (!password.equals(passwords.get(userName))) {
            throw new PluginException(ErrorKind.AUTHENTICATION, "user or password is wrong");
        }
        return principal(userName, null);
    }

    @Override
    public Principal authenticateToken(String secret, String source) throws PluginException {
        if (!secret.endsWith("-token")) {
            throw new PluginException(ErrorKind.AUTHENTICATION, "the token is not valid");
        }
        return principal(secret.substring(0, secret.length() - 6), "t1");
    }

    private Principal principal(String name, String tokenId) throws PluginException {
        Account account = users.get(name);
        if (account == null || !account.active()) {
            throw new PluginException(ErrorKind.AUTHENTICATION, "user or password is wrong");
        }
        return new Principal(name, account.roles(), tokenId);
    }

    @Override
    public Page<Account> list(PageRequest page) {
        return FakeRepository.page(List.copyOf(users.values()), page);
    }

    @Override
    public Optional<Account> find(String userName) {
        return Optional.ofNullable(users.get(userName));
    }

    @Override
    public Account create(String userName, String password, Set<Role> roles) throws PluginException {
        if (password.length() < MIN_PASSWORD_LENGTH) {
            throw new PluginException(ErrorKind.INVALID_CONFIG, "the password is too short");
        }
        Account account = new Account(userName, roles, true, FakeWorkflows.NOW);
        users.put(userName, account);
        passwords.put(userName, password);
        return account;
    }

    @Override
    public void setPassword(String userName, String password) {
        passwords.put(userName, password);
    }

    @Override
    public void setRoles(String userName, Set<Role> roles) {
        users.computeIfPresent(userName, (n, a) -> new Account(n, roles, a.active(), a.created()));
    }

    @Override
    public void setActive(String userName, boolean active) {
        users.computeIfPresent(userName, (n, a) -> new Account(n, a.roles(), active, a.created()));
    }

    @Override
    public void remove(String userName) {
        users.remove(userName);
    }

    @Override
    public IssuedToken createToken(String userName, String description, Instant expires) {
        Token token = new Token("t" + (tokens.size() + 1), userName, description, FakeWorkflows.NOW, expires);
        tokens.put(token.id(), token);
        return new IssuedToken(token, userName + "-token");
    }

    @Override
    public List<Token> tokens(String userName) {
        return tokens.values().stream()
                .filter(t -> userName == null || t.userName().equals(userName))
                .toList();
    }

    @Override
    public void revokeToken(String tokenId) {
        tokens.remove(tokenId);
    }
}
