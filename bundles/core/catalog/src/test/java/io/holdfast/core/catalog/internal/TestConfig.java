package io.holdfast.core.catalog.internal;

import java.lang.annotation.Annotation;

/** A configuration as the container would pass it. */
record TestConfig(String url, String user, String password, String password_file) implements CatalogConfig {

    @Override
    public int pool_size() {
        return 4;
    }

    @Override
    public long check_limit_millis() {
        return 3_000;
    }

    @Override
    public Class<? extends Annotation> annotationType() {
        return CatalogConfig.class;
    }
}
