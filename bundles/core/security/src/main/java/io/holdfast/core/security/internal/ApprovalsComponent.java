package io.holdfast.core.security.internal;

import io.holdfast.core.catalog.Approval;
import io.holdfast.core.catalog.Approval.State;
import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.IdSource;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.security.Approvals;
import io.holdfast.core.security.Permission;
import io.holdfast.core.security.Principal;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Requests for a second person, in the catalogue. */
@Component(service = Approvals.class, immediate = true, configurationPid = "io.holdfast.core.approvals")
@Designate(ocd = ApprovalsConfig.class)
public final class ApprovalsComponent implements Approvals {

    private static final Logger AUDIT = LoggerFactory.getLogger("io.holdfast.audit");
    private static final Logger LOG = LoggerFactory.getLogger(ApprovalsComponent.class);
    private static final Set<String> KNOWN = Collections.unmodifiableSet(new TreeSet<>(List.of(
            ACCOUNT_CHANGE, BACKUP_DELETE, DESTINATION_DELETE, IMMUTABILITY_SHORTEN, KEY_SHRED, POLICY_SHORTEN)));

    private final Catalog catalog;
    private final IdSource ids;
    private final Clock clock;
    private final Set<String> actions;
    private final Duration expiry;

    /** For the container. */
    @Activate
    public ApprovalsComponent(@Reference Catalog catalog, @Reference IdSource ids, ApprovalsConfig config) {
        this(
                catalog,
                ids,
                Clock.systemUTC(),
                actions(config.actions()),
                Duration.ofHours(Math.max(1, Math.min(720, config.hours()))));
    }

    ApprovalsComponent(Catalog catalog, IdSource ids, Clock clock, Set<String> actions, Duration expiry) {
        this.catalog = catalog;
        this.ids = ids;
        this.clock = clock;
        this.actions = Set.copyOf(actions);
        this.expiry = expiry;
        AUDIT.info(
                "a second administrator is needed for {}",
                actions.isEmpty() ? "nothing" : String.join(", ", new TreeSet<>(actions)));
    }

    /** What is configured; everything, if there is a name in it that means nothing: it may have been meant to protect any of them. */
    static Set<String> actions(String... configured) {
        // a .cfg file gives one text, whatever the type says
        Set<String> named = Arrays.stream(configured)
                .flatMap(list -> Arrays.stream(list.split("[,\\s]+", -1)))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> unknown = new TreeSet<>(named);
        unknown.removeAll(KNOWN);
        if (unknown.isEmpty()) {
            return named;
        }
        LOG.error(
                "'actions' in etc/io.holdfast.core.approvals.cfg: {} is no action that can need a second administrator; until that is"
                        + " corrected every one of them does: {}",
                String.join(", ", unknown),
                String.join(", ", KNOWN));
        named.addAll(KNOWN);
        return named;
    }

    @Override
    public boolean needed(String action) {
        return actions.contains(action);
    }

    @Override
    public void require(Principal who, String action, String subject, String description, String request)
            throws PluginException {
        if (!needed(action)) {
            return;
        }
        String digest = digest(who.name(), action, subject, request);
        Optional<Approval> open = find(digest);
        if (open.isPresent() && use(open.get())) {
            AUDIT.info(
                    "{} makes use of approval {}: {} ({})",
                    who.name(),
                    open.get().id(),
                    description,
                    action);
            return;
        }
        Approval waiting = open.filter(a -> a.state() == State.PENDING)
                .orElseGet(() -> ask(who, action, subject, description, digest));
        throw new PluginException(
                ErrorKind.PERMISSION,
                "this needs a second administrator (" + action + "): approval " + waiting.id() + " waits until "
                        + waiting.expires() + "; when somebody else has approved it, ask for exactly the same again");
    }

    private Approval ask(Principal who, String action, String subject, String description, String digest) {
        Instant now = clock.instant();
        Approval approval = new Approval(
                ids.next(),
                action,
                subject,
                description,
                digest,
                who.name(),
                now,
                now.plus(expiry),
                State.PENDING,
                "",
                null,
                "");
        catalog.approvals().add(approval);
        AUDIT.info("{} asks for approval {}: {} ({})", who.name(), approval.id(), description, action);
        return approval;
    }

    /** The newest request for exactly that which has not ended. */
    private Optional<Approval> find(String digest) {
        return Page.all(catalog.approvals()::list).stream()
                .filter(a -> a.request().equals(digest))
                .map(this::asOfNow)
                .filter(a -> a.state() == State.PENDING || a.state() == State.APPROVED)
                .findFirst();
    }

    /** Whether it is ours to be used: of several who try at once one succeeds. */
    private boolean use(Approval seen) {
        AtomicReference<State> before = new AtomicReference<>(State.EXPIRED);
        catalog.approvals().change(seen.id(), stored -> {
            Approval now = asOfNow(stored);
            before.set(now.state());
            return now.state() == State.APPROVED ? with(now, State.USED, now.decidedBy(), now.message()) : now;
        });
        return before.get() == State.APPROVED;
    }

    private Approval asOfNow(Approval a) {
        boolean open = a.state() == State.PENDING || a.state() == State.APPROVED;
        return open && !clock.instant().isBefore(a.expires()) ? with(a, State.EXPIRED, a.decidedBy(), a.message()) : a;
    }

    private static Approval with(Approval a, State state, String by, String message) {
        return decided(a, state, by, a.decided(), message);
    }

    private static Approval decided(
            Approval a, State state, String by, @org.jspecify.annotations.Nullable Instant when, String message) {
        return new Approval(
                a.id(),
                a.action(),
                a.subject(),
                a.description(),
                a.request(),
                a.requestedBy(),
                a.created(),
                a.expires(),
                state,
                by,
                when,
                message);
    }

    @Override
    public Page<Approval> list(PageRequest page) {
        Page<Approval> stored = catalog.approvals().list(page);
        return new Page<>(stored.items().stream().map(this::asOfNow).toList(), stored.total());
    }

    @Override
    public Approval get(String id) throws PluginException {
        return catalog.approvals().find(id).map(this::asOfNow).orElseThrow(() -> unknown(id));
    }

    private static PluginException unknown(String id) {
        return new PluginException(ErrorKind.NOT_FOUND, "there is no approval '" + id + "'");
    }

    @Override
    public Approval approve(String id, Principal who, String message) throws PluginException {
        Approval asked = get(id);
        who.require(Permission.APPROVE);
        if (asked.requestedBy().equals(who.name())) {
            throw new PluginException(
                    ErrorKind.PERMISSION,
                    "approving " + id + ": you have asked for it yourself; another administrator has to approve it");
        }
        return decide(asked, who, State.APPROVED, message);
    }

    @Override
    public Approval reject(String id, Principal who, String message) throws PluginException {
        Approval asked = get(id);
        if (!asked.requestedBy().equals(who.name())) {
            who.require(Permission.APPROVE);
        }
        return decide(asked, who, State.REJECTED, message);
    }

    private Approval decide(Approval asked, Principal who, State state, String message) throws PluginException {
        AtomicReference<State> before = new AtomicReference<>(State.EXPIRED);
        Approval after = catalog.approvals()
                .change(asked.id(), stored -> {
                    Approval now = asOfNow(stored);
                    before.set(now.state());
                    return now.state() == State.PENDING
                            ? decided(now, state, who.name(), clock.instant(), message)
                            : now;
                })
                .orElseThrow(() -> unknown(asked.id()));
        if (before.get() != State.PENDING) {
            throw new PluginException(
                    ErrorKind.CONFLICT,
                    "approval " + asked.id() + " is " + before.get() + " and cannot be decided any more");
        }
        AUDIT.info(
                "{} {} {}: {} ({}), asked for by {}",
                who.name(),
                state == State.APPROVED ? "approves" : "rejects",
                asked.id(),
                asked.description(),
                asked.action(),
                asked.requestedBy());
        return after;
    }

    private static String digest(String... parts) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                sha256.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
                sha256.update(bytes);
            }
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
