package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.Approval;
import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.CatalogException;
import io.holdfast.core.catalog.Destination;
import io.holdfast.core.catalog.Node;
import io.holdfast.core.catalog.Provider;
import io.holdfast.core.catalog.User;
import io.holdfast.spi.ErrorKind;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.persistence.LockModeType;
import org.jspecify.annotations.Nullable;

/** The catalogue on JPA. */
final class JpaCatalog implements Catalog {

    private final Transactions transactions;
    private final Repository<Provider> providers;
    private final Repository<Destination> destinations;
    private final JpaInstances instances;
    private final JpaBackups backups;
    private final JpaWorkflows workflows;
    private final JpaJournal journal;
    private final JpaPolicies policies;
    private final Repository<Node> nodes;
    private final Repository<User> users;
    private final JpaTokens tokens;
    private final Repository<Approval> approvals;

    JpaCatalog(Transactions transactions) {
        this.transactions = transactions;
        providers = repository(
                ProviderRow.class, ProviderRow::new, "provider", Provider::id, Provider::name, "name", "e.name, e.id");
        destinations = repository(
                DestinationRow.class,
                DestinationRow::new,
                "destination",
                Destination::id,
                Destination::name,
                "name",
                "e.name, e.id");
        nodes = repository(NodeRow.class, NodeRow::new, "node", Node::id, Node::name, null, "e.name, e.id");
        users = repository(UserRow.class, UserRow::new, "user", User::name, User::name, "name", "e.name");
        tokens = new JpaTokens(transactions);
        approvals = repository(
                ApprovalRow.class, ApprovalRow::new, "approval", Approval::id, Approval::id, null, "e.id DESC");
        instances = new JpaInstances(transactions);
        backups = new JpaBackups(transactions);
        workflows = new JpaWorkflows(transactions);
        journal = new JpaJournal(transactions);
        policies = new JpaPolicies(transactions);
    }

    private <T, E extends Row<T>> Repository<T> repository(
            Class<E> entity,
            Supplier<E> fresh,
            String noun,
            Function<T, String> id,
            Function<T, String> label,
            @Nullable String unique,
            String order) {
        return new JpaRepository<>(transactions, new Kind<>(entity, fresh, noun, id, label, unique, order));
    }

    @Override
    public Repository<Provider> providers() {
        return providers;
    }

    @Override
    public Repository<Destination> destinations() {
        return destinations;
    }

    @Override
    public InstanceRepository instances() {
        return instances;
    }

    @Override
    public BackupRepository backups() {
        return backups;
    }

    @Override
    public WorkflowRepository workflows() {
        return workflows;
    }

    @Override
    public JournalRepository journal() {
        return journal;
    }

    @Override
    public PolicyRepository policies() {
        return policies;
    }

    @Override
    public Repository<Node> nodes() {
        return nodes;
    }

    @Override
    public Repository<User> users() {
        return users;
    }

    @Override
    public TokenRepository tokens() {
        return tokens;
    }

    @Override
    public Repository<Approval> approvals() {
        return approvals;
    }

    @Override
    public Optional<String> property(String name) {
        return transactions.read("reading property " + Columns.line(name, 128), manager -> {
            PropertyRow row = manager.find(PropertyRow.class, name);
            return row == null ? Optional.<String>empty() : Optional.of(row.value);
        });
    }

    @Override
    public void setProperty(String name, @Nullable String value) {
        checked(name, value == null ? "" : value);
        repeatIfAddedMeanwhile(() -> transactions.write("setting property " + name, ErrorKind.NOT_FOUND, manager -> {
            PropertyRow row = manager.find(PropertyRow.class, name, LockModeType.PESSIMISTIC_WRITE);
            if (value == null) {
                if (row != null) {
                    manager.remove(row);
                }
            } else if (row == null) {
                manager.persist(new PropertyRow(name, value));
            } else {
                row.value = value;
            }
            manager.flush();
            return true;
        }));
    }

    @Override
    public String propertyOrSet(String name, String value) {
        checked(name, value);
        return repeatIfAddedMeanwhile(
                () -> transactions.write("setting property " + name, ErrorKind.NOT_FOUND, manager -> {
                    PropertyRow row = manager.find(PropertyRow.class, name, LockModeType.PESSIMISTIC_WRITE);
                    if (row != null) {
                        return row.value;
                    }
                    manager.persist(new PropertyRow(name, value));
                    manager.flush();
                    return value;
                }));
    }

    /** A row that is not there cannot be locked: another server may add it between our look and our insert. */
    private static <R> R repeatIfAddedMeanwhile(Supplier<R> work) {
        try {
            return work.get();
        } catch (CatalogException e) {
            if (e.kind() != ErrorKind.ALREADY_EXISTS) {
                throw e;
            }
            return work.get();
        }
    }

    private static void checked(String name, String value) {
        Columns.key("property name", name, PropertyRow.NAME);
        Columns.exact("property " + name, value, PropertyRow.VALUE);
    }
}
