package io.holdfast.testkit.lab;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks a test (or a class of tests) that needs a real counterpart: a hypervisor, an object store, a tape library.
 * It runs only when the build is given {@code -Dlab}; otherwise it is reported as skipped, by name and with this reason.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("lab")
@ExtendWith(LabCondition.class)
public @interface Lab {

    /** What the test needs, in words for the reader of the build's output: "an S3 server with object lock". */
    String value();
}
