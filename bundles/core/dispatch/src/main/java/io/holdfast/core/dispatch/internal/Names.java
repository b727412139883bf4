package io.holdfast.core.dispatch.internal;

/** Task parameters that only the dispatcher reads; those that nodes read are in the worker's interface. */
final class Names {

    /** Tasks of different workflows with the same value never run at the same time. */
    static final String EXCLUSIVE = "exclusive";
    /** The id of the strategy type that a node must have. */
    static final String STRATEGY = "strategyType";
    /** The id of the destination type that a node must have. */
    static final String DESTINATION_TYPE = "destinationType";
    /** By when the task must have started, in ISO-8601. */
    static final String START_BY = "startBy";
    /** {@code true}: the task is not tried again once a node has had it, because doing it twice would do harm. */
    static final String ONCE = "once";
    /** How often the task was lost with its node. */
    static final String LOST = "lost";
    /** The task whose side effects a clean-up undoes. */
    static final String CLEANS = "cleans";
    /** The retention rule of a prune. */
    static final String RULE = "rule";
    /** The backups that a prune was told to forget, separated by blanks. */
    static final String FORGET = "forget";

    /** The instances whose backups a rule is for, separated by blanks. */
    static final String INSTANCES = "instances";

    /** The backups that are copied, separated by blanks. */
    static final String COPIES = "copies";

    /** How many newest backups of each instance are copied; 0 for all. */
    static final String LATEST = "latest";

    private Names() {}
}
