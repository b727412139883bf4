package io.holdfast.testkit.contract;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.Capacity;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.DestinationCapability;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import io.holdfast.testkit.fake.MemoryDestination;
import io.holdfast.testkit.fake.MemoryStore;
import io.holdfast.testkit.fake.TestTransfer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Ways in which destinations are wrong, each with the test that must notice. */
enum DestinationDefect {
    LOSES_WRITES("an_object_comes_back_as_it_was_put") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public void put(ObjectKey key, Content content, TransferContext context) throws PluginException {
                    super.put(key, content, context);
                    store.lose(key);
                }
            };
        }
    },
    LOSES_ONE_WRITE_IN_FIFTY("concurrent_puts_of_different_keys_all_succeed") {
        @Override
        Destination over(MemoryStore store) {
            AtomicInteger count = new AtomicInteger();
            return new Broken(store) {
                @Override
                public void put(ObjectKey key, Content content, TransferContext context) throws PluginException {
                    super.put(key, content, context);
                    if (count.incrementAndGet() % 30 == 0) {
                        store.lose(key);
                    }
                }
            };
        }
    },
    TRUNCATES_WRITES("a_large_object_comes_back_and_is_reported_while_it_moves") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public void put(ObjectKey key, Content content, TransferContext context) throws PluginException {
                    super.put(key, content, context);
                    if (content.length() > 4_000_000) {
                        store.overwrite(key, Arrays.copyOf(bytesOf(store, key), 4_000_000));
                    }
                }
            };
        }
    },
    SHOWS_HALF_OBJECTS("an_object_that_is_half_written_is_visible_to_nobody") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public void put(ObjectKey key, Content content, TransferContext context) throws PluginException {
                    putVisibly(store, good, key, content, context);
                }
            };
        }
    },
    LEAVES_HALF_OBJECTS("content_that_breaks_leaves_nothing_visible") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public void put(ObjectKey key, Content content, TransferContext context) throws PluginException {
                    try {
                        super.put(key, content, context);
                    } catch (PluginException e) {
                        if (e.kind() == ErrorKind.INTERNAL) {
                            store.overwrite(key, new byte[3]);
                        }
                        throw e;
                    }
                }
            };
        }
    },
    OVERWRITES("a_taken_key_is_refused_and_keeps_its_content") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public void put(ObjectKey key, Content content, TransferContext context) throws PluginException {
                    store.lose(key);
                    super.put(key, content, context);
                }
            };
        }
    },
    CHECKS_BEFORE_IT_WRITES("of_concurrent_puts_of_one_key_exactly_one_succeeds") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public void put(ObjectKey key, Content content, TransferContext context) throws PluginException {
                    // the classic race: look, then take
                    if (stat(key, context).isPresent()) {
                        throw new PluginException(ErrorKind.ALREADY_EXISTS, "the key is taken");
                    }
                    MemoryStore aside = new MemoryStore();
                    new MemoryDestination(aside, Clock.systemUTC()).put(key, content, context);
                    Thread.yield();
                    store.overwrite(key, bytesOf(aside, key));
                }
            };
        }
    },
    ACCEPTS_SHORT_CONTENT("content_that_is_shorter_or_longer_than_announced_is_refused") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public void put(ObjectKey key, Content content, TransferContext context) throws PluginException {
                    try {
                        super.put(key, content, context);
                    } catch (PluginException e) {
                        if (e.kind() != ErrorKind.INTERNAL || content.length() != 100_000) {
                            throw e;
                        }
                        store.overwrite(key, new byte[1_000]);
                    }
                }
            };
        }
    },
    DOES_NOT_CHECK_HASHES("content_that_does_not_have_its_hash_is_refused_where_that_is_promised") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public void put(ObjectKey key, Content content, TransferContext context) throws PluginException {
                    super.put(key, withoutHash(content), context);
                }
            };
        }
    },
    IGNORES_CANCELLATION("a_cancelled_put_ends_within_a_second_and_leaves_nothing") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public void put(ObjectKey key, Content content, TransferContext context) throws PluginException {
                    context.cancellation().throwIfCancelled();
                    super.put(key, content, new TestTransfer());
                    context.transferred(content.length());
                }
            };
        }
    },
    READS_ON_AFTER_CANCELLATION("a_cancelled_read_ends") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public InputStream read(ObjectKey key, long offset, long length, TransferContext context)
                        throws PluginException {
                    context.transferred(0);
                    return super.read(key, offset, length, new TestTransfer());
                }
            };
        }
    },
    KEEPS_THE_FIRST_CONTEXT("contexts_are_not_used_after_their_call") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                private TransferContext first;

                @Override
                public void put(ObjectKey key, Content content, TransferContext context) throws PluginException {
                    first = first == null ? context : first;
                    first.transferred(0);
                    super.put(key, content, context);
                }
            };
        }
    },
    LEAVES_CANCELLATION_ACTIONS("contexts_are_not_used_after_their_call") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public void put(ObjectKey key, Content content, TransferContext context) throws PluginException {
                    context.cancellation().onCancel(() -> {});
                    super.put(key, content, context);
                }
            };
        }
    },
    REPORTS_NO_BYTES("a_large_object_comes_back_and_is_reported_while_it_moves") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public void put(ObjectKey key, Content content, TransferContext context) throws PluginException {
                    context.cancellation().throwIfCancelled();
                    super.put(key, content, new TestTransfer());
                }
            };
        }
    },
    RANGES_ARE_OFF_BY_ONE("ranges_are_exact_at_both_ends") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public InputStream read(ObjectKey key, long offset, long length, TransferContext context)
                        throws PluginException {
                    // the inclusive end of an HTTP range
                    return super.read(key, offset, offset == 0 ? length : Math.max(length, length + 1), context);
                }
            };
        }
    },
    RANGES_PAST_THE_END_FAIL("a_range_that_reaches_past_the_end_is_cut_there") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public InputStream read(ObjectKey key, long offset, long length, TransferContext context)
                        throws PluginException {
                    long size = stat(key, context).map(ObjectStat::size).orElse(0L);
                    if (size > 0 && offset >= size) {
                        throw new PluginException(ErrorKind.INVALID_CONFIG, "416 Range Not Satisfiable");
                    }
                    return super.read(key, offset, length, context);
                }
            };
        }
    },
    EMPTY_OBJECTS_ARE_MISSING("an_empty_object_is_an_object") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public Optional<ObjectStat> stat(ObjectKey key, TransferContext context) throws PluginException {
                    return super.stat(key, context).filter(stat -> stat.size() > 0);
                }
            };
        }
    },
    FLIPS_BITS("an_object_comes_back_as_it_was_put") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public InputStream read(ObjectKey key, long offset, long length, TransferContext context)
                        throws PluginException {
                    try (InputStream in = super.read(key, offset, length, context)) {
                        byte[] bytes = in.readAllBytes();
                        if (bytes.length > 1_000) {
                            bytes[777] ^= 4;
                        }
                        return new ByteArrayInputStream(bytes);
                    } catch (IOException e) {
                        throw new PluginException(ErrorKind.UNAVAILABLE, e.toString());
                    }
                }
            };
        }
    },
    WRONG_KIND_FOR_MISSING("a_missing_object_is_not_found") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public InputStream read(ObjectKey key, long offset, long length, TransferContext context)
                        throws PluginException {
                    try {
                        return super.read(key, offset, length, context);
                    } catch (PluginException e) {
                        throw e.kind() == ErrorKind.NOT_FOUND
                                ? new PluginException(ErrorKind.UNAVAILABLE, e.getMessage())
                                : e;
                    }
                }
            };
        }
    },
    THROWS_RAW_EXCEPTIONS("a_missing_object_is_not_found") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public InputStream read(ObjectKey key, long offset, long length, TransferContext context)
                        throws PluginException {
                    if (store.bytes(key) == null) {
                        throw new IllegalStateException("NoSuchKey");
                    }
                    return super.read(key, offset, length, context);
                }
            };
        }
    },
    LISTS_STALE("an_object_is_listed_as_soon_as_its_put_has_returned") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                private ObjectKey newest;

                @Override
                public void put(ObjectKey key, Content content, TransferContext context) throws PluginException {
                    super.put(key, content, context);
                    store.overwrite(key, bytesOf(store, key));
                    store.overwrite(ObjectKey.of("newest"), new byte[0]);
                    newest = key;
                }

                @Override
                public List<ObjectStat> list(String prefix, ObjectKey after, int limit, TransferContext context)
                        throws PluginException {
                    return super.list(prefix, after, limit, context).stream()
                            .filter(stat -> !stat.key().equals(newest) && !prefix.startsWith("new/"))
                            .toList();
                }
            };
        }
    },
    LISTS_THE_DELETED("an_object_is_not_listed_any_more_as_soon_as_its_delete_has_returned") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public void delete(ObjectKey key, TransferContext context) throws PluginException {
                    context.cancellation().throwIfCancelled();
                }
            };
        }
    },
    LISTS_BY_SEGMENTS("lists_are_in_the_order_of_keys") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public List<ObjectStat> list(String prefix, ObjectKey after, int limit, TransferContext context)
                        throws PluginException {
                    return super.list(prefix, after, limit, context).stream()
                            .sorted(Comparator.comparing(
                                    stat -> stat.key().value().replace('/', '\u0001')))
                            .toList();
                }
            };
        }
    },
    LIST_IGNORES_LIMIT("a_page_is_full_unless_it_is_the_last") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public List<ObjectStat> list(String prefix, ObjectKey after, int limit, TransferContext context)
                        throws PluginException {
                    return super.list(prefix, after, 10_000, context);
                }
            };
        }
    },
    LIST_STOPS_EARLY("a_page_is_full_unless_it_is_the_last") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public List<ObjectStat> list(String prefix, ObjectKey after, int limit, TransferContext context)
                        throws PluginException {
                    // a page of the service that was filtered afterwards
                    return super.list(prefix, after, Math.min(limit, 10), context);
                }
            };
        }
    },
    LIST_INCLUDES_THE_START("a_list_starts_behind_a_key_that_need_not_exist") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public List<ObjectStat> list(String prefix, ObjectKey after, int limit, TransferContext context)
                        throws PluginException {
                    ObjectKey before = after == null || after.value().length() < 2
                            ? after
                            : ObjectKey.of(after.value()
                                    .substring(0, after.value().length() - 1)
                                    .replaceAll("/$", ""));
                    return super.list(prefix, before, limit, context);
                }
            };
        }
    },
    PREFIXES_ARE_DIRECTORIES("a_prefix_may_end_within_a_segment") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public List<ObjectStat> list(String prefix, ObjectKey after, int limit, TransferContext context)
                        throws PluginException {
                    String directory = prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
                    return super.list(directory, after, limit, context);
                }
            };
        }
    },
    SECOND_DELETE_FAILS("a_deleted_object_is_gone_and_deleting_it_again_succeeds") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public void delete(ObjectKey key, TransferContext context) throws PluginException {
                    if (store.bytes(key) == null) {
                        throw new PluginException(ErrorKind.NOT_FOUND, "there is no such object");
                    }
                    super.delete(key, context);
                }
            };
        }
    },
    DELETES_BY_PREFIX("a_deleted_object_is_gone_and_deleting_it_again_succeeds") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public void delete(ObjectKey key, TransferContext context) throws PluginException {
                    super.delete(key, context);
                    store.keys().stream()
                            .filter(other -> other.value().startsWith(key.value()))
                            .forEach(store::lose);
                }
            };
        }
    },
    WRITES_WHEN_OPENED_FOR_READING("opened_for_reading_everything_is_there_for_anybody_and_nothing_can_be_changed") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store);
        }
    },
    FORGETS_WHEN_CLOSED("everything_is_there_after_opening_again") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public void close() {
                    store.keys().forEach(store::lose);
                    super.close();
                }
            };
        }
    },
    CLOSES_ONCE_ONLY("closing_twice_is_harmless_and_calls_afterwards_fail") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                private boolean closed;

                @Override
                public void close() {
                    if (closed) {
                        throw new IllegalStateException("closed");
                    }
                    closed = true;
                    super.close();
                }
            };
        }
    },
    WORKS_AFTER_CLOSE("closing_twice_is_harmless_and_calls_afterwards_fail") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public void close() {}
            };
        }
    },
    CAPACITY_IS_NONSENSE("capacity_is_told_where_that_is_promised") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public Capacity capacity(TransferContext context) throws PluginException {
                    Capacity real = super.capacity(context);
                    return new Capacity(real.available(), real.total());
                }
            };
        }
    },
    PROMISES_TOO_MUCH("capabilities_are_those_that_were_promised") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public Set<DestinationCapability> capabilities() {
                    return EnumSet.allOf(DestinationCapability.class);
                }
            };
        }
    },
    LOCKS_ARE_SHORTENED("a_locked_object_cannot_be_deleted_and_its_lock_not_be_shortened") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                private Instant last;

                @Override
                public void lock(ObjectKey key, Instant until, TransferContext context) throws PluginException {
                    super.lock(key, until, context);
                    last = until;
                }

                @Override
                public Optional<Instant> lockedUntil(ObjectKey key, TransferContext context) {
                    return Optional.ofNullable(last);
                }
            };
        }
    },
    LOCKS_DO_NOT_HOLD("a_locked_object_cannot_be_deleted_and_its_lock_not_be_shortened") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public void delete(ObjectKey key, TransferContext context) throws PluginException {
                    context.cancellation().throwIfCancelled();
                    store.lose(key);
                }
            };
        }
    },
    CONSUMES_WHAT_IT_MAY_NOT("a_staged_file_is_stored_and_disappears_only_if_it_may") {
        @Override
        Destination over(MemoryStore store) {
            return new Broken(store) {
                @Override
                public void put(ObjectKey key, Content content, TransferContext context) throws PluginException {
                    super.put(key, content, context);
                    content.file().ifPresent(file -> file.toFile().delete());
                }
            };
        }
    };

    /** What is wrong is overridden. */
    private static class Broken extends ForwardingDestination {
        Broken(MemoryStore store) {
            super(new MemoryDestination(store, Clock.systemUTC()));
        }
    }

    private final String noticedBy;

    DestinationDefect(String noticedBy) {
        this.noticedBy = noticedBy;
    }

    String noticedBy() {
        return noticedBy;
    }

    abstract Destination over(MemoryStore store);

    private static byte[] bytesOf(MemoryStore store, ObjectKey key) {
        byte[] bytes = store.bytes(key);
        return bytes == null ? new byte[0] : bytes;
    }

    private static void putVisibly(
            MemoryStore store, MemoryDestination good, ObjectKey key, Content content, TransferContext context)
            throws PluginException {
        boolean free = store.bytes(key) == null;
        if (free) {
            store.overwrite(key, new byte[0]);
        }
        MemoryStore aside = new MemoryStore();
        try {
            new MemoryDestination(aside, Clock.systemUTC()).put(key, content, context);
        } finally {
            if (free) {
                store.lose(key);
            }
        }
        good.put(key, Content.of(bytesOf(aside, key)), new TestTransfer());
    }

    private static Content withoutHash(Content content) {
        return new Content() {
            @Override
            public long length() {
                return content.length();
            }

            @Override
            public InputStream open() throws IOException {
                return content.open();
            }

            @Override
            public Optional<byte[]> sha256() {
                return Optional.empty();
            }

            @Override
            public Optional<java.nio.file.Path> file() {
                return content.file();
            }

            @Override
            public boolean consumable() {
                return content.consumable();
            }
        };
    }
}
