package io.holdfast.core.catalog.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** {@code etc/io.holdfast.core.catalog.cfg}. */
@ObjectClassDefinition(
        name = "Holdfast catalogue",
        description = "The database in which the control plane keeps its records")
@interface CatalogConfig {

    @AttributeDefinition(
            name = "URL",
            description =
                    "jdbc:sqlite:/absolute/path or jdbc:mariadb://host:port/database; empty for SQLite in the data"
                            + " directory; without credentials")
    String url() default "";

    @AttributeDefinition(name = "User", description = "user of a MariaDB database")
    String user() default "";

    @AttributeDefinition(
            name = "Password",
            type = AttributeType.PASSWORD,
            description = "password of that user; the file must be readable by the appliance's user alone")
    String password() default "";

    @AttributeDefinition(
            name = "Password file",
            description = "a file whose first line is the password, instead of writing it here")
    String password_file() default "";

    @AttributeDefinition(name = "Pool size", description = "connections to MariaDB at most")
    int pool_size() default 8;

    @AttributeDefinition(
            name = "Check limit",
            description = "milliseconds that the check of a SQLite file for damage may take at start")
    long check_limit_millis() default 3_000;
}
