package io.holdfast.core.worker.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The configuration {@code io.holdfast.core.worker}. */
@ObjectClassDefinition(name = "Holdfast worker", description = "What one node does at once, and where it works")
@interface WorkerConfiguration {

    @AttributeDefinition(description = "The node's id; empty for one that is made and kept in its directory")
    String node_id() default "";

    @AttributeDefinition(description = "What people call the node; empty for the name of the machine")
    String node_name() default "";

    @AttributeDefinition(
            description = "The node's directory: staging and scratch space; empty for one below the data directory")
    String directory() default "";

    @AttributeDefinition(description = "MiB of free staging space below which no export is begun")
    int staging_least_mib() default 256;

    @AttributeDefinition(description = "Inventories at once")
    int slots_inventory() default 1;

    @AttributeDefinition(description = "Exports at once")
    int slots_export() default 3;

    @AttributeDefinition(description = "Stores at once")
    int slots_store() default 3;

    @AttributeDefinition(description = "Restores at once")
    int slots_restore() default 3;

    @AttributeDefinition(description = "Verifications at once")
    int slots_verify() default 1;

    @AttributeDefinition(description = "Prunes at once")
    int slots_prune() default 1;

    @AttributeDefinition(description = "Instances that run straight from a backup at once")
    int slots_mount() default 8;

    @AttributeDefinition(description = "Snapshots taken, gone back to or deleted at once")
    int slots_snapshot() default 3;

    @AttributeDefinition(description = "Copies from one destination to another at once")
    int slots_copy() default 2;

    @AttributeDefinition(
            description =
                    "How fast this node may transfer to and from destinations, such as 'mib=20 days=mon-fri from=08:00 to=18:00 zone=Europe/Berlin' (MiB a second); several are separated by semicolons, the first that applies counts, none is no limit")
    String[] bandwidth() default {};

    @AttributeDefinition(description = "The same, for all verifications of this node together")
    String[] bandwidth_verification() default {};

    @AttributeDefinition(description = "For how many seconds an unused backup stays open for browsing")
    int browse_idle_seconds() default 300;

    @AttributeDefinition(description = "For how many seconds a prune waits for backups that began before it")
    int prune_wait_seconds() default 60;
}
