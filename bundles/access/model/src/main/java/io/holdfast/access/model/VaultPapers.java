package io.holdfast.access.model;

import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.inventory.DestinationInfo;
import io.holdfast.core.inventory.VaultKeys;
import io.holdfast.core.security.Principal;
import io.holdfast.core.vault.NewShares;
import io.holdfast.core.vault.ReaderKeys;
import io.holdfast.core.vault.RecoveryKey;
import io.holdfast.core.vault.RecoveryShare;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What people print to be able to read a vault without the appliance. Says in the audit log who was shown what, and never what it is. The caller has
 * checked that this is allowed.
 */
public final class VaultPapers {

    private final Logger log = LoggerFactory.getLogger("io.holdfast.audit");
    private final CoreServices core;
    private final SecureRandom random = new SecureRandom();

    /** Papers from these services. */
    public VaultPapers(CoreServices core) {
        this.core = core;
    }

    /**
     * Makes a set of shares and has its key object put on the destination. The shares are kept nowhere.
     *
     * @param origin who asks
     * @throws PluginException {@code INVALID_CONFIG} if there is no such set; {@code NOT_FOUND} without a vault
     */
    public NewSharesDto makeShares(DestinationInfo destination, int threshold, int count, String origin)
            throws PluginException {
        NewShares made = NewShares.make(readerKeys(destination), threshold, count, random);
        Workflow workflow = core.workflows()
                .submit(new WorkflowRequest.AddKeySlot(destination.id(), made.slot()), Submission.by(origin));
        log.info("The recovery shares {} of destination {} were made for {}", made.set(), destination.id(), origin);
        List<String> printed = made.shares().stream().map(RecoveryShare::print).toList();
        return new NewSharesDto(made.set(), threshold, printed, WorkflowDto.of(workflow));
    }

    /** The page with the recovery key. */
    public RecoveryKit key(DestinationInfo destination, String origin) throws PluginException {
        requireVault(destination);
        byte[] key = core.vaultKeys().read(destination.vaultId(), VaultKeys.Part.RECOVERY);
        log.info("The recovery key of destination {} was printed for {}", destination.id(), origin);
        return RecoveryKit.ofKey(facts(destination), new String(key, StandardCharsets.UTF_8));
    }

    /**
     * The pages with shares that the caller has.
     *
     * @throws PluginException {@code AUTHENTICATION} naming the share that is none
     */
    public RecoveryKit shares(DestinationInfo destination, List<String> printed) throws PluginException {
        List<RecoveryShare> shares = new ArrayList<>();
        for (String share : printed) {
            shares.add(RecoveryShare.parse(share, "Share " + (shares.size() + 1) + " of those given"));
        }
        if (shares.isEmpty() || shares.size() > RecoveryShare.MAX_COUNT) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG, "Give 1 to " + RecoveryShare.MAX_COUNT + " shares to be printed.");
        }
        return RecoveryKit.ofShares(facts(destination), shares);
    }

    /**
     * Begins a new key epoch.
     *
     * @param origin who asks
     */
    public Workflow rotate(DestinationInfo destination, RotateKeysInput input, String origin) throws PluginException {
        String fresh = Boolean.TRUE.equals(input.newRecoveryKey())
                ? RecoveryKey.generate(random).print()
                : null;
        Workflow workflow = core.workflows()
                .submit(
                        new WorkflowRequest.RotateKeys(
                                destination.id(),
                                input.recoveryKey(),
                                fresh,
                                input.passphrase(),
                                Boolean.TRUE.equals(input.withoutPassphrase()),
                                input.shares() == null ? List.of() : input.shares(),
                                Boolean.TRUE.equals(input.withoutShares())),
                        Submission.by(origin));
        log.info("A new key epoch of destination {} was asked for by {}", destination.id(), origin);
        return workflow;
    }

    /**
     * Destroys the keys of a vault.
     *
     * @param name the name of the destination, typed again
     * @param who asks
     * @throws PluginException {@code INVALID_CONFIG} if the name is another one; {@code PERMISSION} if a second person has to agree first
     */
    public Workflow destroy(DestinationInfo destination, String name, Principal who) throws PluginException {
        requireVault(destination);
        if (!name.equals(destination.name())) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "to destroy the keys of the vault on '" + destination.name()
                            + "' its name has to be typed again, exactly; nothing was done");
        }
        DestructionDto lost = DestructionDto.of(core, destination);
        SecondPerson.destroyKeys(core, who, lost, destination);
        String origin = who.name();
        Workflow workflow =
                core.workflows().submit(new WorkflowRequest.DestroyKeys(destination.id(), name), Submission.by(origin));
        log.warn(
                "The keys of vault {} on destination {} are destroyed, as {} asked: {} backups become unreadable",
                destination.vaultId(),
                destination.id(),
                origin,
                lost.backups());
        return workflow;
    }

    private KitFacts facts(DestinationInfo destination) throws PluginException {
        int epoch = readerKeys(destination).epoch();
        String appliance = core.catalog().property("appliance.id").orElse("unknown");
        return KitFacts.of(
                destination, appliance, epoch, LocalDate.now(ZoneOffset.UTC).toString());
    }

    private ReaderKeys readerKeys(DestinationInfo destination) throws PluginException {
        requireVault(destination);
        return ReaderKeys.decode(core.vaultKeys().read(destination.vaultId(), VaultKeys.Part.READER));
    }

    private static void requireVault(DestinationInfo destination) throws PluginException {
        if (destination.vaultId().isEmpty()) {
            throw new PluginException(
                    ErrorKind.NOT_FOUND, "there is no vault on destination '" + destination.name() + "' yet");
        }
    }
}
