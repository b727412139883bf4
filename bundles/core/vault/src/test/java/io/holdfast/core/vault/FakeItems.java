package io.holdfast.core.vault;

import io.holdfast.spi.source.EntryAttributes;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.ItemChange;
import io.holdfast.spi.source.ItemFeed;
import io.holdfast.spi.source.ItemSource;
import io.holdfast.spi.source.SourceProblems;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A mailbox in memory. */
class FakeItems implements ItemSource {

    final Map<String, ItemChange> items = new LinkedHashMap<>();
    final Map<String, byte[]> contents = new LinkedHashMap<>();
    final List<ItemChange> changes = new ArrayList<>();
    final AtomicInteger opened = new AtomicInteger();
    boolean complete = true;
    private int versions;

    void put(String id, byte[] content) {
        byte[] metadata = ("about " + id).repeat(3).getBytes();
        ItemChange item = new ItemChange(
                id,
                false,
                EntryPath.of("inbox/" + id),
                EntryAttributes.of(content.length, 17),
                metadata,
                "v" + versions++);
        items.put(id, item);
        contents.put(id, content);
        changes.add(item);
    }

    void delete(String id) {
        items.remove(id);
        contents.remove(id);
        changes.add(new ItemChange(id, true, EntryPath.ROOT, EntryAttributes.of(0, 0), new byte[0], ""));
    }

    @Override
    public String name() {
        return "mailbox";
    }

    @Override
    public ItemFeed feed(SourceProblems problems) {
        Iterator<ItemChange> feed = new ArrayList<>(complete ? items.values() : changes).iterator();
        changes.clear();
        return new ItemFeed() {
            @Override
            public boolean complete() {
                return complete;
            }

            @Override
            public ItemChange next() {
                return feed.hasNext() ? feed.next() : null;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public InputStream open(ItemChange item) {
        opened.incrementAndGet();
        return new ByteArrayInputStream(contents.get(item.id()));
    }
}
