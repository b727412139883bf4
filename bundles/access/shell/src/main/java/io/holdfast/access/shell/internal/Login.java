package io.holdfast.access.shell.internal;

import io.holdfast.access.model.CoreServices;
import io.holdfast.core.security.Account;
import io.holdfast.core.security.Principal;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.security.AccessController;
import java.util.Optional;
import javax.security.auth.Subject;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.jspecify.annotations.Nullable;

/** Finds out who types. The shell has checked the password; roles are read anew for each command. */
final class Login {

    private Login() {}

    /**
     * Whoever is logged in to the shell.
     *
     * @throws PluginException {@code AUTHENTICATION} if nobody is, or if the user is not active any more
     */
    @SuppressWarnings("removal") // Karaf 4 hands the subject over in this way and in no other
    static Principal current(CoreServices core) throws PluginException {
        Subject subject = Subject.getSubject(AccessController.getContext());
        String name = name(subject).orElseThrow(() -> refused("nobody is logged in here; use ssh -p 8101 USER@HOST"));
        Account account = core.accounts()
                .find(name)
                .filter(Account::active)
                .orElseThrow(() -> refused("user '" + name + "' may not use the appliance"));
        return new Principal(account.name(), account.roles(), null);
    }

    private static Optional<String> name(@Nullable Subject subject) {
        if (subject == null) {
            return Optional.empty();
        }
        Optional<String> ours = subject.getPrincipals(Principal.class).stream()
                .map(Principal::name)
                .findFirst();
        return ours.or(() -> subject.getPrincipals(UserPrincipal.class).stream()
                .map(UserPrincipal::getName)
                .findFirst());
    }

    private static PluginException refused(String message) {
        return new PluginException(ErrorKind.AUTHENTICATION, message);
    }
}
