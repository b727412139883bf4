package io.holdfast.core.vault;

import io.holdfast.spi.source.StreamSource;
import java.io.ByteArrayInputStream;
import java.io.InputStream;

/** A dump in memory. */
class FakeStream implements StreamSource {

    private final String name;
    private final byte[] content;

    FakeStream(byte[] content) {
        this("dump", content);
    }

    FakeStream(String name, byte[] content) {
        this.name = name;
        this.content = content;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public InputStream open() {
        return new ByteArrayInputStream(content);
    }
}
