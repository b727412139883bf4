package io.holdfast.core.security.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.catalog.internal.OpenCatalog;
import io.holdfast.core.security.Account;
import io.holdfast.core.security.IssuedToken;
import io.holdfast.core.security.Permission;
import io.holdfast.core.security.Principal;
import io.holdfast.core.security.Role;
import io.holdfast.core.security.Token;
import io.holdfast.core.security.TooManyAttemptsException;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users, passwords and tokens. */
class AccountsTest {

    private static final String PASSWORD = "correct horse battery";

    @TempDir
    Path directory;

    private final TestClock clock = new TestClock();
    private OpenCatalog open;
    private AccountsComponent accounts;

    @BeforeEach
    void open() throws Exception {
        open = OpenCatalog.sqlite(directory);
        accounts = accounts();
    }

    @AfterEach
    void close() {
        open.close();
    }

    @Test
    void a_new_appliance_has_an_administrator_whose_password_is_in_a_private_file() throws Exception {
        Path file = directory.resolve("security/admin-password");
        String password = Files.readString(file).trim();
        assertThat(password).matches("[A-Za-z0-9]{24}");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Principal admin = accounts.authenticate("admin", password, "here");
        assertThat(admin.roles()).containsExactly(Role.ADMIN);
        assertThat(EnumSet.allOf(Permission.class)).allMatch(admin::may);

        accounts();
        assertThat(Files.readString(file).trim()).isEqualTo(password);
        accounts.setPassword("admin", PASSWORD);
        assertThat(file).doesNotExist();
        assertThat(accounts.authenticate("admin", PASSWORD, "here").name()).isEqualTo("admin");
    }

    @Test
    void the_password_is_stored_as_a_slow_hash_only() throws Exception {
        accounts.create("anna", PASSWORD, Set.of(Role.VIEWER));
        String stored = open.catalog().users().find("anna").orElseThrow().passwordHash();
        assertThat(stored).startsWith("pbkdf2-sha256$1000$").doesNotContain(PASSWORD);
        assertThat(PasswordHash.ITERATIONS).isGreaterThanOrEqualTo(600_000);
    }

    @Test
    void roles_decide_what_may_be_done() throws Exception {
        accounts.create("olga", PASSWORD, Set.of(Role.OPERATOR));
        accounts.create("vera", PASSWORD, Set.of(Role.VIEWER));
        Principal olga = accounts.authenticate("olga", PASSWORD, "here");
        Principal vera = accounts.authenticate("vera", PASSWORD, "here");
        assertThat(olga.may(Permission.RESTORE)).isTrue();
        assertThat(olga.may(Permission.BACKUP_DELETE)).isFalse();
        assertThat(vera.may(Permission.BACKUP_READ)).isTrue();
        assertThat(vera.may(Permission.RESTORE)).isFalse();
        vera.require(Permission.STATUS_READ);
        assertFails(ErrorKind.PERMISSION, () -> vera.require(Permission.ACCOUNT_WRITE));
    }

    @Test
    void a_wrong_name_and_a_wrong_password_are_answered_alike() throws Exception {
        accounts.create("anna", PASSWORD, Set.of(Role.VIEWER));
        String unknown = messageOf(() -> accounts.authenticate("nobody", PASSWORD, "a"));
        String wrong = messageOf(() -> accounts.authenticate("anna", PASSWORD + "x", "b"));
        accounts.setActive("anna", false);
        String inactive = messageOf(() -> accounts.authenticate("anna", PASSWORD, "c"));
        assertThat(wrong).isEqualTo(unknown);
        assertThat(inactive).isEqualTo(unknown);
        assertThat(unknown).doesNotContain("nobody");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Anna", "a b", "a\0", "ä", "../x", "a'--"})
    void a_strange_name_is_refused_and_never_logs_in(String name) {
        assertFails(ErrorKind.INVALID_CONFIG, () -> accounts.create(name, PASSWORD, Set.of(Role.VIEWER)));
        assertFails(ErrorKind.AUTHENTICATION, () -> accounts.authenticate(name, PASSWORD, "here"));
    }

    @Test
    void names_and_passwords_have_bounds() {
        assertInvalid("x".repeat(65), PASSWORD);
        assertInvalid("anna", "short");
        assertInvalid("anna", "x".repeat(1_025));
        assertInvalid("anna", "aaaaaaaaaaaaaaaa");
        assertInvalid("anna.maria.anna", "Anna.Maria.Anna");
        assertInvalid("anna", "with \n control chars");
        assertInvalid("anna", "with half \ud83d a character");
        assertFails(ErrorKind.INVALID_CONFIG, () -> accounts.create("anna", PASSWORD, Set.of()));
        assertFails(ErrorKind.AUTHENTICATION, () -> accounts.authenticate("admin", "x".repeat(10_000_000), "here"));
    }

    @Test
    void a_name_is_taken_once() throws Exception {
        Account anna = accounts.create("anna", PASSWORD, Set.of(Role.VIEWER));
        assertFails(ErrorKind.ALREADY_EXISTS, () -> accounts.create("anna", PASSWORD + "2", Set.of(Role.ADMIN)));
        assertThat(accounts.find("anna")).contains(anna);
        assertThat(accounts.list(PageRequest.first(10)).items())
                .extracting(Account::name)
                .containsExactly("admin", "anna");
    }

    @Test
    void the_last_active_administrator_stays() throws Exception {
        assertFails(ErrorKind.CONFLICT, () -> accounts.setActive("admin", false));
        assertFails(ErrorKind.CONFLICT, () -> accounts.setRoles("admin", Set.of(Role.VIEWER)));
        assertFails(ErrorKind.CONFLICT, () -> accounts.remove("admin"));
        accounts.create("anna", PASSWORD, Set.of(Role.ADMIN));
        accounts.setActive("anna", false);
        assertFails(ErrorKind.CONFLICT, () -> accounts.remove("admin"));
        accounts.setActive("anna", true);
        accounts.remove("admin");
        accounts.remove("admin");
        assertThat(accounts.find("admin")).isEmpty();
        assertFails(ErrorKind.CONFLICT, () -> accounts.remove("anna"));
    }

    @Test
    void what_is_not_there_cannot_be_changed() {
        assertFails(ErrorKind.NOT_FOUND, () -> accounts.setPassword("nobody", PASSWORD));
        assertFails(ErrorKind.NOT_FOUND, () -> accounts.setActive("nobody", true));
        assertFails(ErrorKind.NOT_FOUND, () -> accounts.setRoles("nobody", Set.of(Role.ADMIN)));
        assertFails(ErrorKind.NOT_FOUND, () -> accounts.createToken("nobody", "", null));
        accounts.revokeToken("nothing");
    }

    @Test
    void changes_take_effect_at_once_although_logins_are_remembered() throws Exception {
        accounts.create("anna", PASSWORD, Set.of(Role.OPERATOR));
        accounts.authenticate("anna", PASSWORD, "here");
        accounts.setRoles("anna", Set.of(Role.VIEWER));
        assertThat(accounts.authenticate("anna", PASSWORD, "here").roles()).containsExactly(Role.VIEWER);
        accounts.setPassword("anna", PASSWORD + "2");
        assertFails(ErrorKind.AUTHENTICATION, () -> accounts.authenticate("anna", PASSWORD, "here"));
        accounts.authenticate("anna", PASSWORD + "2", "here");
        accounts.setActive("anna", false);
        assertFails(ErrorKind.AUTHENTICATION, () -> accounts.authenticate("anna", PASSWORD + "2", "here"));
    }

    @Test
    void a_right_password_is_remembered_for_a_while_only() {
        RecentLogins recent = new RecentLogins(clock, Duration.ofMinutes(5), new SecureRandom());
        recent.add("anna", "hash", PASSWORD);
        assertThat(recent.contains("anna", "hash", PASSWORD)).isTrue();
        assertThat(recent.contains("anna", "hash", PASSWORD + "x")).isFalse();
        assertThat(recent.contains("anna", "hash2", PASSWORD)).isFalse();
        clock.advance(Duration.ofMinutes(5));
        assertThat(recent.contains("anna", "hash", PASSWORD)).isFalse();
        clock.advance(Duration.ofDays(-400));
        assertThat(recent.contains("anna", "hash", PASSWORD)).isFalse();
    }

    @Test
    void guessing_is_slowed_down_where_it_comes_from_and_nowhere_else() throws Exception {
        accounts.create("anna", PASSWORD, Set.of(Role.VIEWER));
        for (int i = 0; i < 6; i++) {
            assertFails(ErrorKind.AUTHENTICATION, () -> accounts.authenticate("anna", "wrong wrong wrong", "evil"));
        }
        assertThatThrownBy(() -> accounts.authenticate("anna", PASSWORD, "evil"))
                .isInstanceOfSatisfying(TooManyAttemptsException.class, e -> assertThat(e.retryAfter())
                        .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2)));
        assertThat(accounts.authenticate("anna", PASSWORD, "home").name()).isEqualTo("anna");

        clock.advance(Duration.ofSeconds(2));
        assertThat(accounts.authenticate("anna", PASSWORD, "evil").name()).isEqualTo("anna");
    }

    @Test
    void a_source_that_tries_many_names_or_tokens_is_slowed_down() {
        for (int i = 0; i < 31; i++) {
            String name = "user" + i;
            assertFails(ErrorKind.AUTHENTICATION, () -> accounts.authenticate(name, "wrong wrong wrong", "evil"));
        }
        assertThatThrownBy(() -> accounts.authenticate("another", PASSWORD, "evil"))
                .isInstanceOf(TooManyAttemptsException.class);
        assertThatThrownBy(() -> accounts.authenticateToken("holdfast_x", "evil"))
                .isInstanceOf(TooManyAttemptsException.class);
    }

    @Test
    void waiting_grows_to_minutes_and_a_clock_step_does_not_lock_out() {
        Guessing guessing = new Guessing(clock);
        for (int i = 0; i < 40; i++) {
            guessing.failed("anna", "evil");
        }
        assertThatThrownBy(() -> guessing.check("anna", "evil"))
                .isInstanceOfSatisfying(TooManyAttemptsException.class, e -> assertThat(e.retryAfter())
                        .isGreaterThan(Duration.ofMinutes(4)));
        clock.advance(Duration.ofDays(-4_000));
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> guessing.check("anna", "evil")))
                .isNull();
    }

    @Test
    void memory_of_failures_is_bounded() {
        Guessing guessing = new Guessing(clock);
        for (int i = 0; i < 30_000; i++) {
            guessing.failed("anna", "source " + i);
        }
        for (int i = 0; i < 10; i++) {
            guessing.failed("anna", "source 1");
        }
        assertThatThrownBy(() -> guessing.check("anna", "source 1")).isInstanceOf(TooManyAttemptsException.class);
    }

    @Test
    void a_token_stands_for_its_user_until_it_is_revoked() throws Exception {
        accounts.create("anna", PASSWORD, Set.of(Role.OPERATOR));
        IssuedToken issued = accounts.createToken("anna", "for scripts", null);
        assertThat(issued.secret()).matches("holdfast_[A-Za-z0-9]{54}");
        assertThat(issued.toString()).doesNotContain(issued.secret());
        Principal principal = accounts.authenticateToken(issued.secret(), "here");
        assertThat(principal.name()).isEqualTo("anna");
        assertThat(principal.tokenId()).isEqualTo(issued.token().id());
        assertThat(open.catalog()
                        .tokens()
                        .find(issued.token().id())
                        .orElseThrow()
                        .secretHash())
                .doesNotContain(issued.secret());
        assertThat(accounts.tokens("anna")).containsExactly(issued.token());
        assertThat(accounts.tokens(null)).extracting(Token::userName).containsExactly("anna");
        assertThat(accounts.tokens("admin")).isEmpty();

        accounts.revokeToken(issued.token().id());
        assertFails(ErrorKind.AUTHENTICATION, () -> accounts.authenticateToken(issued.secret(), "here"));
    }

    @Test
    void a_token_ends_with_its_time_its_user_and_any_change() throws Exception {
        accounts.create("anna", PASSWORD, Set.of(Role.OPERATOR));
        IssuedToken shortLived =
                accounts.createToken("anna", "", clock.instant().plusSeconds(60));
        IssuedToken lasting = accounts.createToken("anna", "", null);
        accounts.authenticateToken(shortLived.secret(), "here");
        clock.advance(Duration.ofSeconds(60));
        assertFails(ErrorKind.AUTHENTICATION, () -> accounts.authenticateToken(shortLived.secret(), "here"));
        String changed = lasting.secret().substring(0, 62) + (lasting.secret().endsWith("a") ? "b" : "a");
        assertFails(ErrorKind.AUTHENTICATION, () -> accounts.authenticateToken(changed, "here"));
        assertFails(ErrorKind.AUTHENTICATION, () -> accounts.authenticateToken("", "here"));
        accounts.setActive("anna", false);
        assertFails(ErrorKind.AUTHENTICATION, () -> accounts.authenticateToken(lasting.secret(), "here"));
        accounts.remove("anna");
        assertThat(accounts.tokens(null)).isEmpty();
    }

    @Test
    void a_token_that_makes_no_sense_is_refused() {
        assertFails(ErrorKind.INVALID_CONFIG, () -> accounts.createToken("admin", "x".repeat(256), null));
        assertFails(ErrorKind.INVALID_CONFIG, () -> accounts.createToken("admin", "a\nb", null));
        assertFails(ErrorKind.INVALID_CONFIG, () -> accounts.createToken("admin", "", clock.instant()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "pbkdf2-sha256$x$AAAA$AAAA",
                "pbkdf2-sha256$99999999999$AAAA$AAAA",
                "pbkdf2-sha256$100000000$AAAA$AAAA",
                "pbkdf2-sha256$-1$AAAA$AAAA",
                "pbkdf2-sha256$1$!$!",
                "md5$1$AAAA$AAAA"
            })
    void what_is_no_hash_fits_no_password(String stored) {
        assertThat(new PasswordHash(1, new SecureRandom()).fits(PASSWORD, stored))
                .isFalse();
    }

    private void assertInvalid(String name, String password) {
        assertThatThrownBy(() -> accounts.create(name, password, Set.of(Role.VIEWER)))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_CONFIG))
                .hasMessageNotContaining(password);
    }

    private AccountsComponent accounts() throws Exception {
        return new AccountsComponent(
                open.catalog(),
                clock,
                new SecureRandom(),
                new AccountsComponent.Settings(directory.resolve("security"), 1_000, Duration.ofMinutes(5)));
    }

    private static String messageOf(ThrowingCallable call) {
        return org.assertj.core.api.Assertions.catchThrowable(call).getMessage();
    }

    private static void assertFails(ErrorKind kind, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(PluginException.class, e -> assertThat(e.kind())
                .isEqualTo(kind));
    }
}
