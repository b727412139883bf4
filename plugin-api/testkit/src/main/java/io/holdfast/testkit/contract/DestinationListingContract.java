package io.holdfast.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.DestinationCapability;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The part of the contract that is about lists. */
abstract class DestinationListingContract extends DestinationSubject {

    /** Keys in their order, chosen so that sorting by segments, by file names or by locale gives another one. */
    private static final List<String> TRICKY = List.of(
            "-a",
            "0",
            "0/x",
            "9",
            "_",
            "a",
            "a-b",
            "a-b/c",
            "a.b",
            "a.b/c",
            "a/-",
            "a/0",
            "a/b",
            "a/b.c",
            "a/b/c",
            "a0",
            "a_b",
            "ab",
            "b/c/d/e/f");

    @Test
    protected void an_empty_destination_lists_nothing() throws Exception {
        assertThat(destination().list("", null, 10_000, transfer())).isEmpty();
        assertThat(destination().list("some/prefix", key("after"), 1, transfer()))
                .isEmpty();
    }

    @Test
    protected void lists_are_in_the_order_of_keys() throws Exception {
        putAll(TRICKY);

        eventually(() -> assertThat(page("", null, 10_000)).containsExactlyElementsOf(TRICKY));
    }

    @Test
    protected void listed_sizes_are_those_of_the_objects() throws Exception {
        put("a", 0);
        put("b", 12_345);

        eventually(() -> assertThat(destination().list("", null, 10, transfer()))
                .containsExactly(new ObjectStat(key("a"), 0), new ObjectStat(key("b"), 12_345)));
    }

    @Test
    protected void pages_of_any_size_add_up_to_the_whole() throws Exception {
        TreeSet<String> keys = new TreeSet<>(TRICKY);
        Random random = new Random(1);
        while (keys.size() < listedObjects()) {
            keys.add("packs/" + Integer.toHexString(random.nextInt(16)) + "/" + Integer.toHexString(random.nextInt()));
        }
        putAll(List.copyOf(keys));
        eventually(() -> assertThat(page("", null, 10_000)).hasSize(keys.size()));

        for (int size : new int[] {1, 2, 7, keys.size() - 1, keys.size(), keys.size() + 1}) {
            assertThat(allPages("", Math.max(size, listedObjects() / 50)))
                    .as("pages of %d", size)
                    .containsExactlyElementsOf(keys);
        }
        assertThat(allPages("packs/", 11))
                .containsExactlyElementsOf(
                        keys.stream().filter(key -> key.startsWith("packs/")).toList());
    }

    @Test
    protected void a_page_is_full_unless_it_is_the_last() throws Exception {
        putAll(TRICKY);
        eventually(() -> assertThat(page("", null, 10_000)).hasSize(TRICKY.size()));

        for (int size = 1; size < TRICKY.size(); size++) {
            assertThat(page("", null, size)).containsExactlyElementsOf(TRICKY.subList(0, size));
        }
    }

    @Test
    protected void a_prefix_may_end_within_a_segment() throws Exception {
        putAll(TRICKY);
        eventually(() -> assertThat(page("", null, 10_000)).hasSize(TRICKY.size()));

        for (String prefix : List.of("a", "a-", "a/", "a/b", "a/b/", "a.b/c", "b/c/d", "0", "zz", "a/b/c/d")) {
            assertThat(page(prefix, null, 10_000))
                    .as("keys that start with '%s'", prefix)
                    .containsExactlyElementsOf(TRICKY.stream()
                            .filter(key -> key.startsWith(prefix))
                            .toList());
        }
    }

    @Test
    protected void a_list_starts_behind_a_key_that_need_not_exist() throws Exception {
        putAll(TRICKY);
        eventually(() -> assertThat(page("", null, 10_000)).hasSize(TRICKY.size()));

        for (String after : List.of("-", "a", "a-b", "a.", "a/", "a/b", "a/bb", "a0", "b", "b/c/d/e/f", "zzz")) {
            if (!after.endsWith("/")) {
                assertThat(page("", key(after), 10_000))
                        .as("keys behind '%s'", after)
                        .containsExactlyElementsOf(TRICKY.stream()
                                .filter(key -> key.compareTo(after) > 0)
                                .toList());
            }
        }
        assertThat(page("a/", key("a/0"), 2)).containsExactly("a/b", "a/b.c");
    }

    @Test
    protected void an_object_is_listed_as_soon_as_its_put_has_returned() throws Exception {
        try (Destination other = open()) {
            for (int i = 0; i < 20; i++) {
                put("new/" + i, 10);
                List<ObjectStat> seen = other.list("new/" + i, null, 1, transfer());
                if (expectedCapabilities().contains(DestinationCapability.LIST_AFTER_WRITE)) {
                    assertThat(seen).hasSize(1);
                }
            }
        }
    }

    @Test
    protected void an_object_is_not_listed_any_more_as_soon_as_its_delete_has_returned() throws Exception {
        if (!expectedCapabilities().contains(DestinationCapability.DELETE)) {
            Expect.failure(ErrorKind.UNSUPPORTED, () -> destination().delete(key("x"), transfer()));
            return;
        }
        try (Destination other = open()) {
            for (int i = 0; i < 20; i++) {
                put("old/" + i, 10);
                other.delete(key("old/" + i), transfer());
                if (expectedCapabilities().contains(DestinationCapability.LIST_AFTER_WRITE)) {
                    assertThat(page("", null, 10)).isEmpty();
                }
            }
        }
        eventually(() -> assertThat(page("", null, 10)).isEmpty());
    }

    private void putAll(List<String> keys) throws Exception {
        List<String> shuffled = new ArrayList<>(keys);
        java.util.Collections.shuffle(shuffled, new Random(2));
        for (String key : shuffled) {
            put(key, 1);
        }
    }

    private List<String> page(String prefix, @Nullable ObjectKey after, int limit) throws Exception {
        return destination().list(prefix, after, limit, transfer()).stream()
                .map(stat -> stat.key().value())
                .toList();
    }

    private List<String> allPages(String prefix, int size) throws Exception {
        List<String> all = new ArrayList<>();
        ObjectKey after = null;
        while (true) {
            List<String> page = page(prefix, after, size);
            assertThat(page.size()).as("size of a page").isLessThanOrEqualTo(size);
            if (after != null && !page.isEmpty()) {
                assertThat(page.get(0)).as("the page goes on").isGreaterThan(after.value());
            }
            all.addAll(page);
            if (page.size() < size) {
                return all;
            }
            after = key(page.get(page.size() - 1));
        }
    }

    /** Something about lists, at once or, where lists may be late, in the end. */
    private void eventually(org.awaitility.core.ThrowingRunnable assertion) throws Exception {
        if (expectedCapabilities().contains(DestinationCapability.LIST_AFTER_WRITE)) {
            try {
                assertion.run();
            } catch (Exception | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
        } else {
            await().atMost(listDelay()).untilAsserted(assertion);
        }
    }
}
