package io.holdfast.core.security.internal;

import io.holdfast.core.security.Accounts;
import io.holdfast.core.security.Principal;
import io.holdfast.core.security.Role;
import io.holdfast.spi.PluginException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import javax.security.auth.Subject;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.FailedLoginException;
import javax.security.auth.login.LoginException;
import javax.security.auth.spi.LoginModule;
import org.apache.karaf.jaas.boot.principal.ClientPrincipal;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.jspecify.annotations.Nullable;

/**
 * Lets Karaf's ssh and web console ask our accounts. Besides Karaf's principals the subject gets ours
 * ({@link Principal}), by which commands decide what is allowed. Public, because Karaf makes it by name.
 */
public final class HoldfastLoginModule implements LoginModule {

    /** Option that holds the {@link Accounts} service. */
    static final String ACCOUNTS = "io.holdfast.accounts";

    private @Nullable Subject subject;
    private @Nullable CallbackHandler callbacks;
    private @Nullable Accounts accounts;
    private final Set<java.security.Principal> proven = new HashSet<>();

    /** For Karaf. */
    public HoldfastLoginModule() {}

    @Override
    public void initialize(
            Subject subject, CallbackHandler callbacks, Map<String, ?> sharedState, Map<String, ?> options) {
        this.subject = subject;
        this.callbacks = callbacks;
        this.accounts = options.get(ACCOUNTS) instanceof Accounts service ? service : null;
    }

    @Override
    public boolean login() throws LoginException {
        if (callbacks == null || accounts == null) {
            throw new LoginException("the accounts are not available; see the state of the catalogue");
        }
        NameCallback name = new NameCallback("User: ");
        PasswordCallback password = new PasswordCallback("Password: ", false);
        try {
            callbacks.handle(new Callback[] {name, password});
        } catch (IOException | UnsupportedCallbackException e) {
            // public keys, for instance: not offered here
            throw new FailedLoginException("only user name and password are accepted");
        }
        if (name.getName() == null || password.getPassword() == null) {
            throw new FailedLoginException("user name and password are needed");
        }
        try {
            Principal principal =
                    accounts.authenticate(name.getName(), String.valueOf(password.getPassword()), source());
            proven.add(principal);
            proven.add(new UserPrincipal(principal.name()));
            karafRoles(principal).forEach(role -> proven.add(new RolePrincipal(role)));
            return true;
        } catch (PluginException e) {
            throw new FailedLoginException(e.getMessage());
        } finally {
            password.clearPassword();
        }
    }

    private String source() {
        if (subject != null) {
            for (ClientPrincipal client : subject.getPrincipals(ClientPrincipal.class)) {
                // the port changes with every attempt
                return client.getName().replaceFirst(":\\d+\\)?$", "");
            }
        }
        return "console";
    }

    /** Administrators may administer the container; operators may log in and use what asks for nothing more. */
    static Set<String> karafRoles(Principal principal) {
        Set<String> roles = new HashSet<>();
        if (principal.roles().contains(Role.ADMIN)) {
            roles.addAll(Set.of("admin", "manager", "viewer", "systembundles", "ssh", "group"));
        }
        if (principal.roles().contains(Role.OPERATOR)) {
            roles.add("ssh");
        }
        principal.roles().forEach(role -> roles.add("holdfast-" + role.id()));
        return roles;
    }

    @Override
    public boolean commit() {
        if (subject != null && !proven.isEmpty()) {
            subject.getPrincipals().addAll(proven);
            return true;
        }
        return false;
    }

    @Override
    public boolean abort() {
        proven.clear();
        return true;
    }

    @Override
    public boolean logout() {
        if (subject != null) {
            subject.getPrincipals().removeAll(proven);
        }
        proven.clear();
        return true;
    }
}
