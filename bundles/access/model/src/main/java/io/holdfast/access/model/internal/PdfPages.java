package io.holdfast.access.model.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Pages of typewriter text as PDF 1.4 (ISO 32000-1): A4, in Courier, one of the fourteen fonts that every viewer has, so that nothing is embedded.
 * Characters that Windows-1252 does not have become question marks.
 */
public final class PdfPages {

    private static final Charset WIN_ANSI = Charset.forName("windows-1252");
    private static final int LINES = 60;
    private static final int WIDEST = 80;
    /** Pages, the fonts and what leads to them come first. */
    private static final int FIRST_PAGE = 5;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final List<Integer> offsets = new ArrayList<>();

    private PdfPages() {}

    /**
     * A document.
     *
     * @param pages lines; what is wider or longer than a page is broken. The first line of each, and lines
     *     that begin with eight spaces, are bold
     */
    public static byte[] of(List<List<String>> pages) {
        List<String> contents = new ArrayList<>();
        for (List<String> unbroken : pages) {
            List<String> page =
                    unbroken.stream().flatMap(line -> broken(line).stream()).toList();
            for (int at = 0; at < page.size(); at += LINES) {
                contents.add(content(page.subList(at, Math.min(page.size(), at + LINES)), at == 0));
            }
        }
        return new PdfPages().document(contents);
    }

    private static List<String> broken(String line) {
        List<String> parts = new ArrayList<>();
        for (int at = 0; at == 0 || at < line.length(); at += WIDEST) {
            parts.add(line.substring(at, Math.min(line.length(), at + WIDEST)));
        }
        return parts;
    }

    private static String content(List<String> lines, boolean titled) {
        StringBuilder text = new StringBuilder("BT\n12 TL\n57 785 Td\n");
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            boolean title = titled && i == 0;
            boolean bold = title || line.startsWith("        ");
            text.append(bold ? "/F2 " : "/F1 ").append(title ? 14 : 10).append(" Tf\n(");
            text.append(line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)"));
            text.append(") Tj\nT*\n");
        }
        return text.append("ET\n").toString();
    }

    private byte[] document(List<String> contents) {
        write("%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n");
        StringBuilder kids = new StringBuilder();
        for (int i = 0; i < contents.size(); i++) {
            kids.append(FIRST_PAGE + 2 * i).append(" 0 R ");
        }
        object("<< /Type /Catalog /Pages 2 0 R >>");
        object("<< /Type /Pages /Kids [ " + kids + "] /Count " + contents.size() + " >>");
        object(font("Courier"));
        object(font("Courier-Bold"));
        for (String content : contents) {
            int number = offsets.size() + 1;
            object(
                    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >>"
                            + " /Contents " + (number + 1) + " 0 R >>");
            int length = content.getBytes(WIN_ANSI).length;
            object("<< /Length " + length + " >>\nstream\n" + content + "endstream");
        }
        trailer();
        return out.toByteArray();
    }

    private static String font(String name) {
        return "<< /Type /Font /Subtype /Type1 /BaseFont /" + name + " /Encoding /WinAnsiEncoding >>";
    }

    private void object(String body) {
        offsets.add(out.size());
        write(offsets.size() + " 0 obj\n" + body + "\nendobj\n");
    }

    private void trailer() {
        int start = out.size();
        StringBuilder table = new StringBuilder("xref\n0 " + (offsets.size() + 1) + "\n0000000000 65535 f \n");
        for (int offset : offsets) {
            table.append(String.format(Locale.ROOT, "%010d 00000 n \n", offset));
        }
        table.append(
                "trailer\n<< /Size " + (offsets.size() + 1) + " /Root 1 0 R >>\nstartxref\n" + start + "\n%%EOF\n");
        out.writeBytes(table.toString().getBytes(StandardCharsets.US_ASCII));
    }

    private void write(String text) {
        out.writeBytes(text.getBytes(WIN_ANSI));
    }
}
