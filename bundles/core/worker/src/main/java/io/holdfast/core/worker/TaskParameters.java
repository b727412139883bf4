package io.holdfast.core.worker;

/** The names of task parameters and results. Values are text. */
public final class TaskParameters {

    /** The catalogue's id of the instance. */
    public static final String INSTANCE = "instance";
    /** The id of a backup: the one to restore or verify; as a result, the one that was made. */
    public static final String BACKUP = "backup";
    /** {@code true}: everything is read although an earlier backup exists. */
    public static final String FULL = "full";
    /** The id that the backup being made will have: names the session that an export fills and a store ships. */
    public static final String SESSION = "session";
    /** The node that the task must run on. */
    public static final String NODE = "node";
    /** The external id of the one instance that an inventory should describe. */
    public static final String EXTERNAL_ID = "externalId";
    /** {@code true}: content is read and compared, not only checked for presence. */
    public static final String DEEP = "deep";
    /** Which slice of a verification, from 0. */
    public static final String SLICE = "slice";
    /** Into how many slices a verification is cut. */
    public static final String SLICES = "slices";
    /** {@code true}: nothing is changed, only told. */
    public static final String DRY_RUN = "dryRun";
    /** What {@link TaskKind#ATTACH} does: {@link #CREATE}, {@link #ADOPT} or {@link #REPLICATE}. */
    public static final String MODE = "mode";
    /** A new vault is made. */
    public static final String CREATE = "create";
    /** A vault that exists is taken over with its recovery key, passphrase or shares. */
    public static final String ADOPT = "adopt";
    /** A vault with the keys of the one on another destination is made. */
    public static final String REPLICATE = "replicate";
    /** The id of the destination that is copied or replicated from. */
    public static final String FROM = "from";
    /** What {@link TaskKind#KEYS} does: puts the key object that is among the secrets. */
    public static final String ADD_SLOT = "addSlot";
    /** What {@link TaskKind#KEYS} does: begins a new key epoch. */
    public static final String ROTATE = "rotate";
    /** What {@link TaskKind#KEYS} does: deletes every key object. */
    public static final String DESTROY = "destroy";
    /** {@code true}: the new key epoch is to be without the present passphrase. */
    public static final String WITHOUT_PASSPHRASE = "withoutPassphrase";
    /** {@code true}: the new key epoch is to be without sets of shares of which none were given. */
    public static final String WITHOUT_SHARES = "withoutShares";
    /** How a {@link TaskKind#MOUNT} is to end: {@link #MOVE} or {@link #DISCARD}; missing as long as nobody wants that. */
    public static final String END = "end";
    /** The instance goes to production storage, and lives on. */
    public static final String MOVE = "move";
    /** The instance is removed, with what it has written. */
    public static final String DISCARD = "discard";
    /** As a result: the id of the vault that was attached. */
    public static final String VAULT = "vault";
    /** As a result: how many different instances or backups the task told of. */
    public static final String FOUND = "found";
    /** As a result: how many backups were copied. */
    public static final String COPIED = "copied";
    /** As a result: how many bytes were sent for that. */
    public static final String SENT_BYTES = "sentBytes";
    /** As a result: in which way backups were copied, {@link #SEALED} or {@link #REWRITTEN}. */
    public static final String WAY = "way";
    /** Backups went as they are, without being decrypted: both vaults have the same keys. */
    public static final String SEALED = "SEALED";
    /** Backups were read, and written with the keys of the vault that they went to. */
    public static final String REWRITTEN = "REWRITTEN";
    /** As a result: capacity of the destination in bytes. */
    public static final String TOTAL_BYTES = "totalBytes";
    /** As a result: free space of the destination in bytes. */
    public static final String AVAILABLE_BYTES = "availableBytes";

    private TaskParameters() {}
}
