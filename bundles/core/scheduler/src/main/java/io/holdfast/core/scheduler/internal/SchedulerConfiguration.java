package io.holdfast.core.scheduler.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The configuration {@code io.holdfast.core.scheduler}. */
@ObjectClassDefinition(name = "Holdfast scheduler", description = "How policies are looked at")
@interface SchedulerConfiguration {

    @AttributeDefinition(description = "After how many seconds policies and runs are looked at again, 1 to 60")
    int look_seconds() default 5;

    @AttributeDefinition(
            description = "How many hours pass at least between two retentions of one policy; 0 for after each run")
    int retention_hours() default 24;

    @AttributeDefinition(
            description = "After how many minutes providers are asked for their instances again; 0 for never")
    int inventory_minutes() default 60;

    @AttributeDefinition(
            description =
                    "Within how many days everything on each destination is read again and compared with its hashes, a part each day; 0 for never")
    int verification_days() default 30;

    @AttributeDefinition(description = "For how many days it is remembered what runs did")
    int keep_days() default 60;
}
