package io.holdfast.core.catalog.internal;

import java.util.logging.Level;
import liquibase.logging.core.AbstractLogService;
import liquibase.logging.core.AbstractLogger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Liquibase's many words, a level lower than it thinks of them. */
final class LiquibaseLog extends AbstractLogService {

    @Override
    public int getPriority() {
        return PRIORITY_NOT_APPLICABLE;
    }

    @Override
    public liquibase.logging.Logger getLog(Class type) {
        return new ToSlf4j(LoggerFactory.getLogger(type));
    }

    private static final class ToSlf4j extends AbstractLogger {
        private final Logger log;

        ToSlf4j(Logger log) {
            this.log = log;
        }

        @Override
        public void log(Level level, String message, @Nullable Throwable cause) {
            // that analytics are switched off is how it should be
            boolean analytics = log.getName().startsWith("liquibase.analytics");
            if (level.intValue() >= Level.WARNING.intValue() && !analytics) {
                log.warn(message, cause);
            } else {
                log.debug(message, cause);
            }
        }
    }
}
