package io.holdfast.access.model;

import io.holdfast.access.model.internal.PdfPages;
import io.holdfast.core.vault.RecoveryShare;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is printed and kept away from the appliance: a page for the recovery key, or for each share of a set. Has secrets: never to be
 * logged. {@link #toString} shows none.
 *
 * @param pages lines, of at most 78 characters but for long settings
 */
public record RecoveryKit(List<List<String>> pages) {

    private static final String RULE = "-".repeat(78);
    /** Groups of a key on one line. */
    private static final int PER_LINE = 4;

    /** Copies the pages. */
    public RecoveryKit {
        pages = pages.stream().map(List::copyOf).toList();
    }

    /** A page with the recovery key. */
    public static RecoveryKit ofKey(KitFacts facts, String printed) {
        List<String> page = head("HOLDFAST RECOVERY KEY", facts);
        page.add("RECOVERY KEY");
        page.add("");
        page.addAll(groups(printed));
        page.add("");
        page.add("Whoever has this key and the destination reads every backup up to key epoch");
        page.add(facts.epoch() + ". Without it, and without the appliance, nobody does.");
        page.addAll(instructions(
                facts, "1. Type the key into a file key.txt, in one line.", "--recovery-key-file key.txt"));
        return new RecoveryKit(List.of(page));
    }

    /** A page for each share. */
    public static RecoveryKit ofShares(KitFacts facts, List<RecoveryShare> shares) {
        return new RecoveryKit(shares.stream().map(s -> share(facts, s)).toList());
    }

    private static List<String> share(KitFacts facts, RecoveryShare share) {
        List<String> page = head("HOLDFAST RECOVERY SHARE " + share.number() + " OF " + share.count(), facts);
        page.add("Set          " + share.set());
        page.add("");
        page.add("SHARE " + share.number() + " OF " + share.count() + ", ANY " + share.threshold() + " ARE NEEDED");
        page.add("");
        page.addAll(groups(share.print()));
        page.add("");
        page.add("Any " + share.threshold() + " shares of this set together with the destination read every backup;");
        page.add("fewer tell nothing. Keep it away from the other shares.");
        String first = "1. Type " + share.threshold() + " shares of this set into a file shares.txt, one a line.";
        page.addAll(instructions(facts, first, "--share-file shares.txt"));
        return page;
    }

    private static List<String> head(String title, KitFacts facts) {
        List<String> page = new ArrayList<>(List.of(title, RULE, ""));
        page.add("Appliance    " + facts.appliance());
        page.add("Destination  " + facts.destination() + " (" + facts.type() + ")");
        facts.settings().forEach((name, value) -> page.add("  " + name + " = " + value));
        page.add("Vault        " + facts.vaultId());
        page.add("Key epoch    " + facts.epoch());
        page.add("Printed      " + facts.date());
        page.add("");
        return page;
    }

    private static List<String> groups(String printed) {
        String[] groups = printed.split("-");
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < groups.length; i += PER_LINE) {
            lines.add("        " + String.join("-", List.of(groups).subList(i, Math.min(groups.length, i + PER_LINE))));
        }
        return lines;
    }

    private static List<String> instructions(KitFacts facts, String first, String option) {
        List<String> lines = new ArrayList<>(List.of("", RULE, "WHEN THE APPLIANCE IS GONE", ""));
        lines.add(first);
        lines.add("   Upper and lower case, spaces and dashes do not matter.");
        lines.add("2. On any machine with Java 17 unpack the Holdfast distribution and make the");
        lines.add("   destination reachable; read-only is enough, nothing on it is changed.");
        lines.add("3. List what is there, and restore the newest:");
        lines.add("");
        lines.addAll(command("list", facts.where(), List.of(option)));
        lines.addAll(command("restore latest", facts.where(), List.of(option, "--target /tmp/restored")));
        lines.add("");
        lines.add("4. Or install a new appliance, add the destination and let it take over the");
        lines.add("   vault there, with the same key or shares (mode ADOPT; in the shell:");
        lines.add("   holdfast:destination-create --adopt). The list of backups comes back.");
        return lines;
    }

    /** Broken between options, so that a shell takes the lines as one. */
    private static List<String> command(String verb, List<String> where, List<String> more) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder("   bin/holdfast-vault " + verb);
        for (String option : Stream.concat(where.stream(), more.stream()).toList()) {
            if (line.length() + option.length() + 3 > RULE.length()) {
                lines.add(line + " \\");
                line = new StringBuilder("      ");
            }
            line.append(' ').append(option);
        }
        lines.add(line.toString());
        return lines;
    }

    /** The whole kit as text; pages are separated by form feeds. */
    public String text() {
        return pages.stream().map(p -> String.join("\n", p) + "\n").collect(Collectors.joining("\f"));
    }

    /** The whole kit as a PDF document, A4. */
    public byte[] pdf() {
        return PdfPages.of(pages);
    }

    @Override
    public String toString() {
        return "RecoveryKit";
    }
}
