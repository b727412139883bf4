package io.holdfast.access.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.access.model.fakes.FakeCore;
import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.policy.RetentionRule;
import io.holdfast.core.security.Approvals;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryPath;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.security.PrivilegedExceptionAction;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.security.auth.Subject;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.Terminal;
import org.apache.karaf.shell.support.CommandException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CommandsTest {

    private final FakeCore core = new FakeCore();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream systemErr = System.err;
    private String user = "admin";
    private boolean terminal;

    @BeforeEach
    void redirect() {
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restore() {
        System.setErr(systemErr);
    }

    /** Types a command; gives its exit code. */
    private <T extends HoldfastCommand> int type(T command, Consumer<T> arguments) throws Exception {
        out.reset();
        err.reset();
        command.core = core;
        command.session = session();
        arguments.accept(command);
        Object code = as(user, command);
        return code == null ? 0 : (Integer) code;
    }

    private Session session() {
        PrintStream console = new PrintStream(out, true, StandardCharsets.UTF_8);
        Object tty =
                Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Terminal.class}, (p, m, a) -> null);
        return (Session) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Session.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getConsole" -> console;
                    case "getTerminal" -> terminal ? tty : null;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    @SuppressWarnings("removal")
    private static Object as(String user, Action action) throws Exception {
        if (user == null) {
            return action.execute();
        }
        Subject subject = new Subject();
        subject.getPrincipals().add(new UserPrincipal(user));
        try {
            return Subject.doAs(subject, (PrivilegedExceptionAction<Object>) action::execute);
        } catch (java.security.PrivilegedActionException e) {
            throw e.getException();
        }
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void listsAreTables() throws Exception {
        assertThat(type(new ProviderCommands.ListProviders(), c -> {})).isZero();
        assertThat(out()).contains("ID", "Name", "p1", "files").doesNotContain("secret");
        assertThat(type(new DestinationCommands.ListDestinations(), c -> {})).isZero();
        assertThat(out()).contains("d1", "store", "400 B", "1000 B");
        assertThat(type(new InstanceCommands.ListInstances(), c -> c.provider = "files"))
                .isZero();
        assertThat(out()).contains("i1", "data", "4.0 KiB");
        assertThat(type(new BackupCommands.ListBackups(), c -> {})).isZero();
        assertThat(out()).contains("b1", "data", "PARTIAL", "NEVER");
        assertThat(type(new PluginCommands.Plugins(), c -> {})).isZero();
        assertThat(out()).contains("strategy", "destination", "filesystem");
        assertThat(type(new PluginCommands.Users(), c -> {})).isZero();
        assertThat(out()).contains("operator", "viewer");
    }

    @Test
    void jsonHasTheShapeThatRestGives() throws Exception {
        assertThat(type(new BackupCommands.ListBackups(), c -> c.json = true)).isZero();
        JsonNode list = new ObjectMapper().readTree(out());
        assertThat(list.at("/items/0/stats/logicalBytes").asLong()).isEqualTo(1000);
        assertThat(type(new ProviderCommands.Show(), c -> {
                    c.json = true;
                    c.provider = "files";
                }))
                .isZero();
        assertThat(new ObjectMapper()
                        .readTree(out())
                        .at("/settings/password/set")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void theKitOfTheRecoveryKeySaysWhatToDoWithIt() throws Exception {
        assertThat(type(new KeyCommands.PrintKit(), c -> c.destination = "store"))
                .isZero();
        assertThat(out()).contains("RECOVERY KEY", "AAAAA-BBBBB", "holdfast-vault restore latest --path /a --path /b");
        user = "operator";
        assertThat(type(new KeyCommands.PrintKit(), c -> c.destination = "store"))
                .isEqualTo(1);
        assertThat(err()).contains("RECOVERY_KEY_READ");
    }

    @Test
    void keysAreDestroyedAfterItWasSaidWhatIsLostAndTheNameWasTypedAgain() throws Exception {
        assertThat(type(new KeyCommands.Destroy(), c -> c.destination = "store"))
                .isZero();
        assertThat(out()).contains("1 backups of data", "Without a backup anywhere else: data", "--confirm 'store'");
        assertThat(core.workflows.requests).isEmpty();
        assertThat(type(new KeyCommands.Destroy(), c -> {
                    c.destination = "store";
                    c.confirm = "Store";
                }))
                .isEqualTo(1);
        assertThat(err()).contains("typed again");
        core.approvals.needed.add(Approvals.KEY_SHRED);
        assertThat(type(new KeyCommands.Destroy(), c -> {
                    c.destination = "store";
                    c.confirm = "store";
                }))
                .isEqualTo(1);
        assertThat(err()).contains("second administrator");
        assertThat(core.workflows.requests).isEmpty();
        core.approvals.needed.clear();
        type(new KeyCommands.Destroy(), c -> {
            c.destination = "store";
            c.confirm = "store";
            c.noWait = true;
        });
        assertThat(core.workflows.requests).containsExactly(new WorkflowRequest.DestroyKeys("d1", "store"));
    }

    @Test
    void aFailureIsOneLineOnStandardErrorAndExitCode1() throws Exception {
        assertThat(type(new ProviderCommands.Show(), c -> c.provider = "no\u001bne"))
                .isEqualTo(1);
        assertThat(out()).isEmpty();
        assertThat(err()).isEqualTo("Error: there is no provider 'no?ne'; holdfast:provider-list shows all\n");
    }

    @Test
    void atATerminalTheShellItselfShowsTheLine() {
        terminal = true;
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> type(new ProviderCommands.Show(), c -> c.provider = "none"))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("there is no provider 'none'");
    }

    @Test
    void whoMayNotIsToldWhatIsMissing() throws Exception {
        user = "viewer";
        assertThat(type(new ProviderCommands.ListProviders(), c -> {})).isZero();
        assertThat(type(new BackupCommands.Run(), c -> c.instance = "data")).isEqualTo(1);
        assertThat(err()).contains("BACKUP_RUN");
        assertThat(type(new BackupCommands.Browse(), c -> c.backup = "b1")).isEqualTo(1);
        user = "operator";
        assertThat(type(new VaultCommands.ShowRecoveryKey(), c -> c.destination = "store"))
                .isEqualTo(1);
        assertThat(core.workflows.requests).isEmpty();
    }

    @Test
    void nobodyAndUsersWhoAreNotActiveGetNothing() throws Exception {
        user = "gone";
        assertThat(type(new ProviderCommands.ListProviders(), c -> {})).isEqualTo(1);
        user = "karaf";
        assertThat(type(new ProviderCommands.ListProviders(), c -> {})).isEqualTo(1);
        user = null;
        assertThat(type(new ProviderCommands.ListProviders(), c -> {})).isEqualTo(1);
        assertThat(err()).contains("nobody is logged in");
    }

    @Test
    void aBackupIsWaitedForAndItsExitCodeSaysHowItWent() throws Exception {
        assertThat(type(new BackupCommands.Run(), c -> c.instance = "/srv/data"))
                .isZero();
        assertThat(core.workflows.requests).containsExactly(new WorkflowRequest.BackUp("i1", "d1", false));
        assertThat(out()).contains("FINISHED, backup b1: done");
        core.workflows.end = WorkflowState.FINISHED_WITH_WARNINGS;
        assertThat(type(new BackupCommands.Run(), c -> {
                    c.instance = "i1";
                    c.full = true;
                }))
                .isEqualTo(3);
        core.workflows.end = WorkflowState.FAILED;
        assertThat(type(new BackupCommands.Run(), c -> c.instance = "i")).isEqualTo(1);
        assertThat(err()).contains("Error: BACKUP FAILED", "the disk is unplugged");
    }

    @Test
    void withoutWaitingTheWorkflowIsNamed() throws Exception {
        assertThat(type(new BackupCommands.Run(), c -> {
                    c.instance = "data";
                    c.noWait = true;
                }))
                .isZero();
        assertThat(out()).isEqualTo("workflow w1 QUEUED\n");
        assertThat(type(new WorkflowCommands.Wait(), c -> c.workflow = "w1")).isZero();
        assertThat(type(new WorkflowCommands.Show(), c -> c.workflow = "w1")).isZero();
        assertThat(out()).contains("w1-t1", "EXPORT");
        assertThat(type(new WorkflowCommands.Cancel(), c -> c.workflow = "w")).isZero();
        assertThat(type(new WorkflowCommands.ListWorkflows(), c -> {})).isZero();
        assertThat(out()).contains("w1", "CANCELLED");
    }

    @Test
    void workflowsAreListedByTypeInstanceAndDestination() throws Exception {
        core.estate.createDestination("filesystem", "other", Map.of());
        core.workflows.submit(new WorkflowRequest.BackUp("i1", "d1", false), Submission.by("admin"));
        assertThat(type(new WorkflowCommands.ListWorkflows(), c -> {
                    c.types = List.of("verify", "backup");
                    c.instance = "data";
                    c.destination = "store";
                }))
                .isZero();
        assertThat(out()).contains("w1");
        assertThat(type(new WorkflowCommands.ListWorkflows(), c -> c.types = List.of("VERIFY")))
                .isZero();
        assertThat(out()).contains("No workflows");
        assertThat(type(new WorkflowCommands.ListWorkflows(), c -> c.destination = "other"))
                .isZero();
        assertThat(out()).contains("No workflows");
        assertThat(type(new WorkflowCommands.ListWorkflows(), c -> c.types = List.of("nap")))
                .isEqualTo(1);
        assertThat(err()).contains("--type must be one of", "VERIFY", "'nap'");
    }

    @Test
    void whereToMustBeSaidIfThereIsMoreThanOnePlace() throws Exception {
        core.estate.createDestination("filesystem", "other", Map.of());
        assertThat(type(new BackupCommands.Run(), c -> c.instance = "data")).isEqualTo(1);
        assertThat(err()).contains("--destination", "store", "other");
    }

    @Test
    void somethingIsCalledByItsIdTheBeginningOfItOrItsName() throws Exception {
        core.catalog.backups.add(FakeCore.backup("b22", Backup.Status.SUCCESS, 0));
        for (String reference : List.of("b22", "b2", "latest")) {
            assertThat(type(new BackupCommands.Show(), c -> c.backup = reference))
                    .isZero();
        }
        assertThat(type(new BackupCommands.Show(), c -> c.backup = "b")).isEqualTo(1);
        assertThat(err()).contains("more than one backup", "b1", "b22");
        assertThat(type(new BackupCommands.Show(), c -> c.backup = "")).isEqualTo(1);
    }

    @Test
    void settingsAreNamesAndValues() throws Exception {
        assertThat(type(new ProviderCommands.Create(), c -> {
                    c.type = "filesystem";
                    c.name = "more";
                    c.settings = List.of("paths=/a", "paths=/b=c", "password=hunter2");
                }))
                .isZero();
        assertThat(core.estate.providerByName("more").orElseThrow().settings().values())
                .isEqualTo(Map.of("paths", List.of("/a", "/b=c")));
        assertThat(out()).contains("password=****").doesNotContain("hunter2");
        assertThat(type(new ProviderCommands.Update(), c -> {
                    c.provider = "more";
                    c.settings = List.of("url=x");
                }))
                .isZero();
        assertThat(core.estate.providerByName("more").orElseThrow().settings().values())
                .containsOnlyKeys("paths", "url");
        assertThat(type(new ProviderCommands.Create(), c -> {
                    c.type = "filesystem";
                    c.name = "x";
                    c.settings = List.of("hunter2secret");
                }))
                .isEqualTo(1);
        assertThat(err()).contains("name=value").doesNotContain("hunter2");
    }

    @Test
    void aDestinationComesWithAVaultOrNotAtAll() throws Exception {
        Consumer<DestinationCommands.Create> arguments = c -> {
            c.type = "filesystem";
            c.name = "disk";
            c.settings = List.of("paths=/srv");
        };
        core.workflows.refusal = new PluginException(ErrorKind.CONFLICT, "not now");
        assertThat(type(new DestinationCommands.Create(), arguments)).isEqualTo(1);
        assertThat(core.estate.destinationByName("disk")).isEmpty();
        core.workflows.refusal = null;
        assertThat(type(new DestinationCommands.Create(), arguments)).isZero();
        assertThat(core.workflows.requests).containsExactly(new WorkflowRequest.CreateVault("d2", null));
        assertThat(type(new DestinationCommands.Attach(), c -> {
                    c.destination = "disk";
                    c.adopt = true;
                }))
                .isEqualTo(1);
        assertThat(err()).contains("--recovery-key");
    }

    @Test
    void restoresTakePathsOfAnyBytes() throws Exception {
        assertThat(type(new BackupCommands.Restore(), c -> {
                    c.backup = "latest";
                    c.settings = List.of("target=/tmp/back");
                    c.paths = List.of("odd%FF", "/etc/");
                }))
                .isZero();
        assertThat(core.workflows.requests)
                .containsExactly(new WorkflowRequest.Restore(
                        "b1",
                        null,
                        Map.of("target", List.of("/tmp/back")),
                        List.of(EntryPath.of(new byte[] {'o', 'd', 'd', (byte) 0xff}), EntryPath.of("etc"))));
        assertThat(type(new BackupCommands.Browse(), c -> c.backup = "b1")).isZero();
        assertThat(out()).contains("hello.txt", "odd%FF%0A\"", "1000:100");
    }

    @Test
    void pruningNeedsARuleAndSaysWhatItWouldDo() throws Exception {
        assertThat(type(new VaultCommands.Prune(), c -> c.destination = "store"))
                .isEqualTo(1);
        assertThat(err()).contains("say what to keep");
        assertThat(type(new VaultCommands.Prune(), c -> {
                    c.destination = "store";
                    c.daily = 7;
                    c.dryRun = true;
                }))
                .isZero();
        assertThat(out()).contains("b1", "keep", "newest");
        RetentionRule rule = ((WorkflowRequest.Prune) core.workflows.requests.get(0)).rule();
        assertThat(rule.keep().daily()).isEqualTo(7);
        assertThat(rule.keepMinimum()).isEqualTo(1);
    }

    @Test
    void theNewestBackupIsNotDeletedByMistake() throws Exception {
        assertThat(type(new BackupCommands.Delete(), c -> c.backup = "latest")).isEqualTo(1);
        assertThat(type(new BackupCommands.Delete(), c -> c.backup = "b1")).isZero();
        assertThat(core.workflows.requests).containsExactly(new WorkflowRequest.Forget("d1", List.of("b1")));
    }

    @Test
    void aLogIsFollowedUntilTheWorkflowEnds() throws Exception {
        type(new BackupCommands.Run(), c -> {
            c.instance = "data";
            c.noWait = true;
        });
        assertThat(type(new WorkflowCommands.Log(), c -> c.task = "w1-t1")).isZero();
        assertThat(out()).contains("began", "WARN odd");
        assertThat(type(new WorkflowCommands.Log(), c -> {
                    c.task = "w1";
                    c.follow = true;
                }))
                .isZero();
        assertThat(out().lines()).hasSize(2);
    }

    @Test
    void statusWorksForEverybodyEvenWhileTheCatalogueIsMissing() throws Exception {
        StatusCommand status = new StatusCommand();
        status.core = core;
        status.session = session();
        core.down = true;
        assertThat(as("nobody-knows", status)).isEqualTo(1);
        assertThat(out()).contains("FAILED", "the catalogue is damaged");
        assertThat(type(new ProviderCommands.ListProviders(), c -> {})).isEqualTo(1);
        assertThat(err()).contains("the catalogue is damaged");
    }
}
