package io.holdfast.access.rest.internal;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a resource method answers if its return type does not say; for the OpenAPI document. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Answer {
    /** The status of success. */
    int status();

    /** The record in the body; {@code Void} for none. */
    Class<?> type() default Void.class;
}
