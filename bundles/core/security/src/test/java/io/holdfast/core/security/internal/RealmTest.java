package io.holdfast.core.security.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.catalog.internal.OpenCatalog;
import io.holdfast.core.security.Principal;
import io.holdfast.core.security.Role;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import javax.security.auth.Subject;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.LoginException;
import org.apache.karaf.jaas.boot.ProxyLoginModule;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Karaf's logins ask our accounts. */
class RealmTest {

    private static final String PASSWORD = "correct horse battery";

    @TempDir
    Path directory;

    private OpenCatalog open;
    private AccountsComponent accounts;

    @BeforeEach
    void open() throws Exception {
        open = OpenCatalog.sqlite(directory);
        accounts = new AccountsComponent(
                open.catalog(),
                Clock.systemUTC(),
                new SecureRandom(),
                new AccountsComponent.Settings(directory.resolve("security"), 1_000, Duration.ofMinutes(5)));
    }

    @AfterEach
    void close() {
        open.close();
    }

    @Test
    void an_administrator_may_administer_the_container() throws Exception {
        accounts.create("anna", PASSWORD, Set.of(Role.ADMIN));
        Subject subject = login("anna", PASSWORD);
        assertThat(subject.getPrincipals(UserPrincipal.class))
                .extracting("name")
                .containsExactly("anna");
        assertThat(subject.getPrincipals(RolePrincipal.class))
                .extracting("name")
                .contains("admin", "manager", "viewer", "systembundles", "ssh");
        assertThat(subject.getPrincipals(Principal.class))
                .containsExactly(new Principal("anna", Set.of(Role.ADMIN), null));
    }

    @Test
    void an_operator_may_log_in_and_a_viewer_may_not() throws Exception {
        accounts.create("olga", PASSWORD, Set.of(Role.OPERATOR));
        accounts.create("vera", PASSWORD, Set.of(Role.VIEWER));
        assertThat(login("olga", PASSWORD).getPrincipals(RolePrincipal.class))
                .extracting("name")
                .containsExactlyInAnyOrder("ssh", "holdfast-operator");
        assertThat(login("vera", PASSWORD).getPrincipals(RolePrincipal.class))
                .extracting("name")
                .containsExactly("holdfast-viewer");
    }

    @Test
    void a_wrong_password_a_key_and_nothing_at_all_are_refused() {
        assertThatThrownBy(() -> login("admin", "wrong")).isInstanceOf(LoginException.class);
        assertThatThrownBy(() -> login(null, null)).isInstanceOf(LoginException.class);
        CallbackHandler keysOnly = callbacks -> {
            throw new UnsupportedCallbackException(callbacks[0]);
        };
        assertThatThrownBy(() -> login(new Subject(), keysOnly, Map.of(HoldfastLoginModule.ACCOUNTS, accounts)))
                .isInstanceOf(LoginException.class);
        assertThatThrownBy(() -> login(new Subject(), keysOnly, Map.of())).hasMessageContaining("not available");
    }

    @Test
    void logging_out_leaves_nothing() throws Exception {
        accounts.create("anna", PASSWORD, Set.of(Role.ADMIN));
        Subject subject = new Subject();
        HoldfastLoginModule module =
                login(subject, handler("anna", PASSWORD), Map.of(HoldfastLoginModule.ACCOUNTS, accounts));
        module.logout();
        assertThat(subject.getPrincipals()).isEmpty();
    }

    @Test
    void the_realm_stands_above_the_default_and_names_our_module() {
        RealmComponent realm = new RealmComponent(accounts, 7);
        assertThat(realm.getName()).isEqualTo("karaf");
        assertThat(realm.getRank()).isPositive();
        assertThat(realm.getEntries()).hasSize(1);
        assertThat(realm.getEntries()[0].getLoginModuleName()).isEqualTo(ProxyLoginModule.class.getName());
        Map<String, ?> options = realm.getEntries()[0].getOptions();
        assertThat(options.get(ProxyLoginModule.PROPERTY_BUNDLE)).isEqualTo("7");
        assertThat(options.get(ProxyLoginModule.PROPERTY_MODULE)).isEqualTo(HoldfastLoginModule.class.getName());
    }

    private Subject login(String name, String password) throws LoginException {
        Subject subject = new Subject();
        login(subject, handler(name, password), Map.of(HoldfastLoginModule.ACCOUNTS, accounts));
        return subject;
    }

    private static HoldfastLoginModule login(Subject subject, CallbackHandler handler, Map<String, ?> options)
            throws LoginException {
        HoldfastLoginModule module = new HoldfastLoginModule();
        module.initialize(subject, handler, Map.of(), options);
        module.login();
        module.commit();
        return module;
    }

    private static CallbackHandler handler(String name, String password) {
        return callbacks -> {
            for (Callback callback : callbacks) {
                if (callback instanceof NameCallback asked && name != null) {
                    asked.setName(name);
                } else if (callback instanceof PasswordCallback asked && password != null) {
                    asked.setPassword(password.toCharArray());
                }
            }
        };
    }
}
