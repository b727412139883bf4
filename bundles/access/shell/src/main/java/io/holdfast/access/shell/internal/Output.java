package io.holdfast.access.shell.internal;

import io.holdfast.access.model.Json;
import io.holdfast.access.model.SettingValue;
import io.holdfast.access.model.Texts;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.apache.karaf.shell.support.table.ShellTable;
import org.jspecify.annotations.Nullable;

/** Prints records: for people as tables, for programs as JSON. */
final class Output {

    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private final PrintStream out;
    private final boolean json;

    Output(PrintStream out, boolean json) {
        this.out = out;
        this.json = json;
    }

    /** A column of a table. */
    record Column<T>(String title, Function<T, @Nullable Object> value) {}

    /** A list. */
    @SafeVarargs
    final <T> void list(List<T> items, String empty, Column<T>... columns) {
        if (json) {
            out.println(new Json().pretty(Map.of("items", items)));
            return;
        }
        ShellTable table = new ShellTable().emptyTableText(empty);
        for (Column<T> column : columns) {
            table.column(column.title());
        }
        for (T item : items) {
            Object[] cells = new Object[columns.length];
            for (int i = 0; i < cells.length; i++) {
                cells[i] = text(columns[i].value().apply(item));
            }
            table.addRow().addContent(cells);
        }
        table.print(out);
    }

    /** One record: names and values below each other. */
    void show(Object record, Map<String, @Nullable Object> fields) {
        if (json) {
            out.println(new Json().pretty(record));
            return;
        }
        int width = fields.keySet().stream().mapToInt(String::length).max().orElse(0);
        fields.forEach((name, value) -> {
            String shown = text(value);
            if (!shown.isEmpty()) {
                out.println(String.format("%-" + width + "s  %s", name, shown));
            }
        });
    }

    /** What was done: a line for people, the record for programs. */
    void done(Object record, String line) {
        out.println(json ? new Json().pretty(record) : Texts.printable(line));
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : Texts.printable(value.toString());
    }

    /** Settings on one line, secrets as dots. */
    static String settings(Map<String, SettingValue> settings) {
        StringBuilder text = new StringBuilder();
        settings.forEach((name, value) -> text.append(text.length() == 0 ? "" : " ")
                .append(name)
                .append('=')
                .append(value.secret() ? "****" : String.join(",", value.values())));
        return text.toString();
    }

    /** Bytes for people. */
    static String bytes(@Nullable Long count) {
        if (count == null) {
            return "";
        }
        double shown = count;
        int unit = 0;
        while (shown >= 1024 && unit < UNITS.length - 1) {
            shown /= 1024;
            unit++;
        }
        return unit == 0 ? count + " B" : String.format(Locale.ROOT, "%.1f %s", shown, UNITS[unit]);
    }
}
