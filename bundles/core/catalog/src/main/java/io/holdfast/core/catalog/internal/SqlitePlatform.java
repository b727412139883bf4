package io.holdfast.core.catalog.internal;

import org.eclipse.persistence.internal.databaseaccess.DatabaseCall;
import org.eclipse.persistence.internal.expressions.ExpressionSQLPrinter;
import org.eclipse.persistence.internal.expressions.SQLSelectStatement;
import org.eclipse.persistence.platform.database.DatabasePlatform;

/**
 * What EclipseLink has to know about SQLite: pages are LIMIT and OFFSET, rows cannot be locked. Ids are given by us and the
 * schema is made elsewhere, so neither identity columns nor data definition is here. Public, because EclipseLink makes it
 * by name.
 */
public final class SqlitePlatform extends DatabasePlatform {

    private static final long serialVersionUID = 1L;

    /** For EclipseLink. */
    public SqlitePlatform() {}

    @Override
    public void printSQLSelectStatement(DatabaseCall call, ExpressionSQLPrinter printer, SQLSelectStatement statement) {
        int limit = statement.getQuery() == null ? 0 : statement.getQuery().getMaxRows();
        int offset = statement.getQuery() == null ? 0 : statement.getQuery().getFirstResult();
        if (limit <= 0 && offset <= 0) {
            super.printSQLSelectStatement(call, printer, statement);
            return;
        }
        statement.setUseUniqueFieldAliases(true);
        call.setFields(statement.printSQL(printer));
        printer.printString(" LIMIT ");
        printer.printParameter(DatabaseCall.MAXROW_FIELD);
        printer.printString(" OFFSET ");
        printer.printParameter(DatabaseCall.FIRSTRESULT_FIELD);
        call.setIgnoreFirstRowSetting(true);
        call.setIgnoreMaxResultsSetting(true);
    }

    /** EclipseLink counts the limit from the very first row; -1 is SQLite's word for no limit. */
    @Override
    public int computeMaxRowsForSQL(int firstResult, int maxResults) {
        return maxResults <= 0 ? -1 : maxResults - Math.max(firstResult, 0);
    }

    /** There is one writer at a time, so what a writing transaction reads is locked already. */
    @Override
    public String getSelectForUpdateString() {
        return "";
    }
}
