package io.holdfast.access.rest.internal;

import io.holdfast.core.security.Permission;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What the caller of a resource method must be allowed to do. With no permission, being logged in is enough. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Needs {
    /** All of these. */
    Permission[] value();
}
