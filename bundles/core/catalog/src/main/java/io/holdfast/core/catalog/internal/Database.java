package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.CatalogState.Phase;
import java.sql.SQLException;
import javax.sql.DataSource;

/** One kind of database: how it is reached and what its failures mean. */
interface Database extends AutoCloseable {

    /** What a failed statement means, whatever the vendor calls it. */
    enum Failure {
        /** A primary key or unique constraint. */
        DUPLICATE,
        /** A foreign key. */
        REFERENCE,
        /** The transaction lost against another one and may be repeated. */
        RETRY,
        /** The database does not answer, or is busy for too long. */
        UNAVAILABLE,
        /** No space. */
        FULL,
        /** The data are damaged. */
        DAMAGED,
        /** The database refuses who we are or what we want. */
        REFUSED,
        /** Anything else: a defect. */
        OTHER
    }

    /** Name for people, without credentials. */
    String displayName();

    /** Reaches the database and checks what is there. Called once, on a thread that may block. */
    DataSource open() throws UnusableException;

    /** What a failure means. */
    Failure classify(SQLException failure);

    /** Class name or EclipseLink's short name of the database platform. */
    String platform();

    /** Whether only one transaction at a time may write. */
    boolean singleWriter();

    /** Whether the database can go away while we live, so that it has to be asked from time to time. */
    boolean remote();

    /** Whether tables are changed in a transaction, as rows are; otherwise each change is final at once. */
    boolean changesTablesInTransactions();

    /** Whether a statement failed because the table, column or index that it makes is there already. */
    boolean isThereAlready(SQLException failure);

    /** Words for an administrator whose database is damaged. */
    String adviceWhenDamaged();

    /** Ends every connection. */
    @Override
    void close();

    /** What a failure while opening means for the catalogue. */
    default UnusableException unusable(String attempted, SQLException failure) {
        Failure meaning = classify(failure);
        // MariaDB's driver begins with the number of the connection: the same failure must read the same each time
        String reason = String.valueOf(failure.getMessage()).replaceFirst("^\\(conn=\\d+\\) ", "");
        return switch (meaning) {
            case DAMAGED ->
                new UnusableException(
                        Phase.DAMAGED,
                        attempted + ": " + displayName() + " is damaged (" + reason + "). " + adviceWhenDamaged(),
                        failure);
            case UNAVAILABLE, RETRY, FULL ->
                new UnusableException(Phase.UNREACHABLE, attempted + ": " + reason + "; it is tried again", failure);
            default ->
                new UnusableException(
                        Phase.MISCONFIGURED,
                        attempted + ": " + reason + "; check etc/io.holdfast.core.catalog.cfg, it is tried again",
                        failure);
        };
    }
}
