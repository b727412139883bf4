package io.holdfast.core.vault;

import java.util.regex.Pattern;

/**
 * Names a backup within its vault.
 *
 * @param value the keyed hash of its instance and the id of its session: 32 hexadecimal digits, a dot, 32 more
 */
public record BackupId(String value) implements Comparable<BackupId> {

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}\\.[0-9a-f]{32}");

    private static final int SESSION = 33;
    /** So many characters are the same in all copies of a backup. */
    private static final int OF_THE_BACKUP = SESSION + 24;

    /** @throws IllegalArgumentException if the id is not of that form */
    public BackupId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("not a backup id: " + value);
        }
    }

    /** The keyed hash of the instance: equal for all backups of one instance. */
    public String instanceHash() {
        return value.substring(0, 32);
    }

    /** The session that made it. */
    public String session() {
        return value.substring(SESSION);
    }

    /**
     * Whether both are the same backup, on this destination or another: what is copied is named by a session of its own, which
     * begins with the first 24 digits of the one that made it.
     */
    public boolean sameBackup(BackupId other) {
        return value.startsWith(other.value.substring(0, OF_THE_BACKUP));
    }

    /**
     * Whether both were made by the same session, whatever the keys of the vaults that they are in: so is a backup and every copy of it.
     * A vault with other keys has another name for the instance.
     */
    public boolean sameSession(BackupId other) {
        return common(value).equals(common(other.value));
    }

    /**
     * What the ids of a backup and of all its copies have in common, whatever the keys of their vaults: the beginning of the session that
     * made it.
     *
     * @param id of a backup; what has not the form of one has nothing in common with others, and is given as it is
     */
    public static String common(String id) {
        return id.length() < OF_THE_BACKUP ? id : id.substring(SESSION, OF_THE_BACKUP);
    }

    @Override
    public int compareTo(BackupId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
