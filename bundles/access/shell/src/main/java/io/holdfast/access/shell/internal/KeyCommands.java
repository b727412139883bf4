package io.holdfast.access.shell.internal;

import io.holdfast.access.model.DestructionDto;
import io.holdfast.access.model.NewSharesDto;
import io.holdfast.access.model.RecoveryKit;
import io.holdfast.access.model.RotateKeysInput;
import io.holdfast.access.model.VaultPapers;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.inventory.DestinationInfo;
import io.holdfast.core.security.Permission;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;

/** Commands about the keys of vaults. */
final class KeyCommands {

    private KeyCommands() {}

    /** What they have in common. */
    abstract static class OnDestination extends HoldfastCommand {
        @Argument(name = "destination", description = "Id, its beginning, or name", required = true)
        @Completion(Completers.Destinations.class)
        String destination = "";

        DestinationInfo found() throws PluginException {
            return new References(core).destination(destination);
        }

        VaultPapers papers() {
            return new VaultPapers(core);
        }

        String origin() {
            return principal().name();
        }
    }

    /** {@code destination-recovery-shares}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "destination-recovery-shares",
            description = "Makes a set of recovery shares, of which some open the vault. They are shown this once.")
    public static final class MakeShares extends OnDestination {
        @Option(name = "--needed", description = "How many of them open the vault", required = true)
        int needed;

        @Option(name = "--of", description = "How many there are", required = true)
        int of;

        @Option(name = "--kit", description = "Print a page for each, with what to do when the appliance is gone")
        boolean kit;

        @Override
        Permission needs() {
            return Permission.RECOVERY_KEY_READ;
        }

        @Override
        int run() throws PluginException, InterruptedException {
            principal().require(Permission.VAULT_WRITE);
            DestinationInfo found = found();
            NewSharesDto made = papers().makeShares(found, needed, of, origin());
            Workflow workflow = core.workflows().find(made.workflow().id()).orElseThrow();
            if (json) {
                output().done(made, "");
                return OK;
            }
            int code = new WorkflowWait(this).follow(workflow, true);
            if (code != OK) {
                return code; // shares that open nothing are worse than none
            }
            if (kit) {
                out().print(papers().shares(found, made.shares()).text());
            } else {
                made.shares().forEach(out()::println);
            }
            return OK;
        }
    }

    /** {@code destination-recovery-kit}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "destination-recovery-kit",
            description = "Prints a page with the recovery key and what to do with it when the appliance is gone.")
    public static final class PrintKit extends OnDestination {
        @Option(
                name = "--share",
                description = "Print a page for this share instead; again for each further one",
                multiValued = true,
                censor = true)
        @Nullable
        List<String> shares;

        @Override
        Permission needs() {
            return Permission.RECOVERY_KEY_READ;
        }

        @Override
        int run() throws PluginException {
            RecoveryKit kit = shares == null ? papers().key(found(), origin()) : papers().shares(found(), shares);
            if (json) {
                output().done(Map.of("kit", kit.text()), "");
            } else {
                out().print(kit.text());
            }
            return OK;
        }
    }

    /** {@code destination-rotate-keys}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "destination-rotate-keys",
            description = "Begins a new key epoch: backups from now on are sealed to a new key pair.")
    public static final class Rotate extends OnDestination {
        @Option(
                name = "--new-recovery-key",
                description = "Make a new recovery key; the present one opens earlier epochs only")
        boolean newRecoveryKey;

        @Option(
                name = "--recovery-key",
                description = "The present one, if the appliance does not know it",
                censor = true)
        @Nullable
        String recoveryKey;

        @Option(name = "--passphrase", description = "The vault's passphrase, or a new one", censor = true)
        @Nullable
        String passphrase;

        @Option(name = "--without-passphrase", description = "The present passphrase shall not open the new epoch")
        boolean withoutPassphrase;

        @Option(
                name = "--share",
                description = "A recovery share of a set that shall open the new epoch; again for each further one",
                multiValued = true,
                censor = true)
        @Nullable
        List<String> shares;

        @Option(name = "--without-shares", description = "Sets of which no share is given shall not open the new epoch")
        boolean withoutShares;

        @Option(name = "--no-wait", description = "Do not wait for the end")
        boolean noWait;

        @Override
        Permission needs() {
            return Permission.VAULT_WRITE;
        }

        @Override
        int run() throws PluginException, InterruptedException {
            RotateKeysInput input = new RotateKeysInput(
                    recoveryKey, newRecoveryKey, passphrase, withoutPassphrase, shares, withoutShares);
            return new WorkflowWait(this).follow(papers().rotate(found(), input, origin()), !noWait);
        }
    }

    /** {@code destination-destroy-keys}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "destination-destroy-keys",
            description =
                    "Destroys the keys of a vault: nothing in it can be read ever after. Without --confirm it tells what.")
    public static final class Destroy extends OnDestination {
        @Option(name = "--confirm", description = "The name of the destination, typed again")
        @Nullable
        String confirm;

        @Option(name = "--no-wait", description = "Do not wait for the end")
        boolean noWait;

        @Override
        Permission needs() {
            return Permission.VAULT_WRITE;
        }

        @Override
        int run() throws PluginException, InterruptedException {
            principal().require(Permission.BACKUP_DELETE);
            DestinationInfo found = found();
            if (found.vaultId().isEmpty()) {
                throw new PluginException(ErrorKind.NOT_FOUND, "there is no vault on '" + found.name() + "'");
            }
            if (confirm == null) {
                DestructionDto lost = DestructionDto.of(core, found);
                output().done(
                                lost,
                                lost.text() + " To do it: holdfast:destination-destroy-keys --confirm '" + found.name()
                                        + "' '" + found.name() + "'");
                return OK;
            }
            return new WorkflowWait(this).follow(papers().destroy(found, confirm, principal()), !noWait);
        }
    }
}
