package io.holdfast.strategy.filesystem.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The capabilities of Linux that this process has, as far as they matter to files. */
record Capabilities(long effective) {

    private static final int CHOWN = 0;
    private static final int DAC_OVERRIDE = 1;
    private static final int DAC_READ_SEARCH = 2;
    private static final int FOWNER = 3;
    private static final int FSETID = 4;
    private static final int SETFCAP = 31;
    private static final int MKNOD = 27;
    private static final int SYS_ADMIN = 21;

    /** What {@code /proc/self/status} says; none if it cannot be read. */
    static Capabilities ofThisProcess() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("CapEff:")) {
                    return new Capabilities(
                            Long.parseUnsignedLong(line.substring(7).trim(), 16));
                }
            }
        } catch (IOException | NumberFormatException e) {
            return new Capabilities(0); // then the kernel will tell, file by file
        }
        return new Capabilities(0);
    }

    private boolean has(int capability) {
        return (effective >>> capability & 1) != 0;
    }

    boolean readsEverything() {
        return has(DAC_READ_SEARCH) || has(DAC_OVERRIDE);
    }

    boolean seesTrustedAttributes() {
        return has(SYS_ADMIN);
    }

    /** The names of those that a full restore needs and this process lacks. */
    List<String> missingForRestore() {
        List<String> missing = new ArrayList<>();
        addIfMissing(missing, CHOWN, "CAP_CHOWN");
        addIfMissing(missing, DAC_OVERRIDE, "CAP_DAC_OVERRIDE");
        addIfMissing(missing, FOWNER, "CAP_FOWNER");
        addIfMissing(missing, FSETID, "CAP_FSETID");
        addIfMissing(missing, MKNOD, "CAP_MKNOD");
        addIfMissing(missing, SETFCAP, "CAP_SETFCAP");
        return missing;
    }

    private void addIfMissing(List<String> missing, int capability, String name) {
        if (!has(capability)) {
            missing.add(name);
        }
    }
}
