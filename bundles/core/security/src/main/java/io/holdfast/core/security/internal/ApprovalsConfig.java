package io.holdfast.core.security.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** {@code etc/io.holdfast.core.approvals.cfg}. */
@ObjectClassDefinition(name = "Holdfast approvals", description = "What one administrator alone must not do")
@interface ApprovalsConfig {

    @AttributeDefinition(
            name = "Actions",
            description =
                    "which need a second administrator, with commas or spaces between them; empty for none. With a name in it that"
                            + " is unknown, all do")
    String[] actions() default {};

    @AttributeDefinition(
            name = "Hours",
            description = "for how long a request can be agreed to and made use of, 1 to 720")
    int hours() default 24;
}
