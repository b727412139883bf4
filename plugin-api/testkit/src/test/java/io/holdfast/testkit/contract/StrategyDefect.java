package io.holdfast.testkit.contract;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.source.DiskSource;
import io.holdfast.spi.source.Extent;
import io.holdfast.spi.source.FileContent;
import io.holdfast.spi.source.RandomReadable;
import io.holdfast.spi.source.Source;
import io.holdfast.spi.source.SourceProblems;
import io.holdfast.spi.source.TreeEntry;
import io.holdfast.spi.source.TreeSource;
import io.holdfast.spi.source.TreeWalk;
import io.holdfast.spi.strategy.ChangeToken;
import io.holdfast.spi.strategy.DiskTarget;
import io.holdfast.spi.strategy.ExportRequest;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.FullReadReason;
import io.holdfast.spi.strategy.ImportRequest;
import io.holdfast.spi.strategy.ImportSession;
import io.holdfast.spi.strategy.InstanceDescription;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.spi.strategy.TreeTarget;
import io.holdfast.testkit.fake.FakeHypervisor;
import io.holdfast.testkit.fake.MemoryJournal;
import io.holdfast.testkit.fake.RecordingTaskContext;
import io.holdfast.testkit.fake.TestCancellation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Ways in which strategies are wrong, each with the test that must notice. */
enum StrategyDefect {
    LISTS_TWICE("the_inventory_names_every_instance_once") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return new ForwardingStrategy(good) {
                @Override
                public void inventory(Consumer<InstanceDescription> found, TaskContext context) throws PluginException {
                    super.inventory(found, context);
                    super.inventory(found, context);
                }
            };
        }
    },
    KEEPS_WHAT_IS_SUPERSEDED("what_a_token_holds_is_gone_once_a_full_export_that_supersedes_it_is_committed") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return new ForwardingStrategy(good) {
                @Override
                public ExportSession openExport(ExportRequest request, TaskContext context) throws PluginException {
                    return super.openExport(
                            new ExportRequest(request.instance(), request.settings(), request.previous()), context);
                }
            };
        }
    },
    DESCRIBES_ANYTHING("an_instance_that_is_named_by_hand_is_described") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return new ForwardingStrategy(good) {
                @Override
                public InstanceDescription describe(String id, TaskContext context) {
                    return new InstanceDescription(id, id, "machine", -1, java.util.Map.of());
                }
            };
        }
    },
    LEAVES_ITS_SNAPSHOT("an_export_cleans_up_after_itself_however_it_ends") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return session(good, session -> new ForwardingSession(session) {
                @Override
                public void close() {}
            });
        }
    },
    CLOSES_SESSIONS_ONCE_ONLY("an_export_cleans_up_after_itself_however_it_ends") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return session(good, session -> new ForwardingSession(session) {
                private boolean closed;

                @Override
                public void close() {
                    if (closed) {
                        throw new IllegalStateException("closed");
                    }
                    closed = true;
                    super.close();
                }
            });
        }
    },
    WRITES_NO_JOURNAL("what_is_created_is_in_the_journal_so_that_a_crash_can_be_cleaned_up") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return new ForwardingStrategy(good) {
                @Override
                public ExportSession openExport(ExportRequest request, TaskContext context) throws PluginException {
                    return super.openExport(request, withJournal(context, new MemoryJournal()));
                }
            };
        }
    },
    CANNOT_UNDO("what_is_created_is_in_the_journal_so_that_a_crash_can_be_cleaned_up") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return new ForwardingStrategy(good) {
                @Override
                public void undo(SideEffectJournal.Entry entry, TaskContext context) throws PluginException {
                    entry.undone();
                }
            };
        }
    },
    FAILS_TO_UNDO_WHAT_IS_NOT_THERE("undoing_what_never_happened_succeeds") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return new ForwardingStrategy(good) {
                @Override
                public void undo(SideEffectJournal.Entry entry, TaskContext context) throws PluginException {
                    if (hypervisor.leftovers().isEmpty()) {
                        throw new PluginException(ErrorKind.NOT_FOUND, "there is no such snapshot");
                    }
                    super.undo(entry, context);
                }
            };
        }
    },
    CREATES_BEFORE_THE_JOURNAL("nothing_is_created_when_the_journal_cannot_be_written") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return new ForwardingStrategy(good) {
                @Override
                public ExportSession openExport(ExportRequest request, TaskContext context) throws PluginException {
                    ExportSession session = super.openExport(request, withJournal(context, new MemoryJournal()));
                    context.journal().record("snapshot", java.util.Map.of());
                    session.close();
                    return super.openExport(request, context);
                }
            };
        }
    },
    IGNORES_CANCELLATION("nothing_begins_for_a_task_that_is_cancelled_already") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return new ForwardingStrategy(good) {
                @Override
                public ExportSession openExport(ExportRequest request, TaskContext context) throws PluginException {
                    return super.openExport(request, withCancellation(context, new TestCancellation()));
                }
            };
        }
    },
    LEAVES_CANCELLATION_ACTIONS("an_export_cleans_up_after_itself_however_it_ends") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return new ForwardingStrategy(good) {
                @Override
                public ExportSession openExport(ExportRequest request, TaskContext context) throws PluginException {
                    context.cancellation().onCancel(() -> {});
                    return super.openExport(request, context);
                }
            };
        }
    },
    FAILS_ON_A_LOST_TOKEN("a_token_that_nobody_knows_is_a_reason_for_a_full_read_and_not_a_failure") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return new ForwardingStrategy(good) {
                @Override
                public ExportSession openExport(ExportRequest request, TaskContext context) throws PluginException {
                    ExportSession session = super.openExport(request, context);
                    if (session.fullReadReason().isPresent()) {
                        session.close();
                        throw new PluginException(ErrorKind.NOT_FOUND, "there is no such checkpoint");
                    }
                    return session;
                }
            };
        }
    },
    DOES_NOT_SAY_WHY_IT_READS_ALL("a_token_that_nobody_knows_is_a_reason_for_a_full_read_and_not_a_failure") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return session(good, session -> new ForwardingSession(session) {
                @Override
                public Optional<FullReadReason> fullReadReason() {
                    return Optional.empty();
                }
            });
        }
    },
    GIVES_NO_TOKEN("a_token_makes_the_next_export_incremental") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return session(good, session -> new ForwardingSession(session) {
                @Override
                public Optional<ChangeToken> nextToken() {
                    return Optional.empty();
                }
            });
        }
    },
    DROPS_THE_OLD_TOKEN_TOO_EARLY("a_token_makes_the_next_export_incremental") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return new ForwardingStrategy(good) {
                @Override
                public ExportSession openExport(ExportRequest request, TaskContext context) throws PluginException {
                    ExportSession session = super.openExport(request, context);
                    request.previous().ifPresent(token -> hypervisor
                            .machine(request.instance().externalId())
                            .loseCheckpoint(token.value()));
                    return session;
                }
            };
        }
    },
    CALLS_THE_CHANGED_UNCHANGED("what_is_called_unchanged_is") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return content(good, content -> new ForwardingSession.Content(content) {
                @Override
                public List<Extent> extents(long offset, long length) throws PluginException {
                    boolean some = super.extents(0, size()).stream()
                            .anyMatch(extent -> extent.state() == Extent.State.UNCHANGED);
                    return some
                            ? List.of(new Extent(offset, length, Extent.State.UNCHANGED))
                            : super.extents(offset, length);
                }
            });
        }
    },
    CALLS_DATA_ZERO("extents_that_are_said_to_be_zero_are") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return content(good, content -> new ForwardingSession.Content(content) {
                @Override
                public List<Extent> extents(long offset, long length) {
                    return List.of(new Extent(offset, length, Extent.State.ZERO));
                }
            });
        }
    },
    EXTENTS_HAVE_GAPS("disks_have_their_size_and_end_there") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return content(good, content -> new ForwardingSession.Content(content) {
                @Override
                public List<Extent> extents(long offset, long length) throws PluginException {
                    // holes left out, as some tools do
                    List<Extent> data = super.extents(offset, length).stream()
                            .filter(extent -> extent.state() != Extent.State.ZERO)
                            .toList();
                    return data.isEmpty() ? super.extents(offset, length) : data;
                }
            });
        }
    },
    READS_PAST_THE_END("disks_have_their_size_and_end_there") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return content(good, content -> new ForwardingSession.Content(content) {
                @Override
                public int read(long offset, ByteBuffer target) throws PluginException {
                    int n = super.read(offset, target);
                    return n < 0 ? 0 : n;
                }
            });
        }
    },
    READS_ARE_NOT_THREAD_SAFE("several_threads_read_the_same") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return content(good, content -> new ForwardingSession.Content(content) {
                private volatile long position;

                @Override
                public int read(long offset, ByteBuffer target) throws PluginException {
                    // one file position for everybody
                    position = offset;
                    Thread.yield();
                    return super.read(position, target);
                }
            });
        }
    },
    READS_THE_LIVE_DISK("what_is_read_stays_still_while_the_instance_changes") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return content(good, content -> new ForwardingSession.Content(content) {
                @Override
                public int read(long offset, ByteBuffer target) throws PluginException {
                    byte[] live = hypervisor.machine("web").disk("vda").content();
                    if (live.length != size() || offset >= live.length) {
                        return super.read(offset, target);
                    }
                    int n = (int) Math.min(target.remaining(), live.length - offset);
                    target.put(live, (int) offset, n);
                    return n;
                }
            });
        }
    },
    WALKS_BACKWARDS("a_walk_is_in_order_and_every_entry_has_its_directory_before_it") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return walk(good, entries -> {
                List<TreeEntry> reversed = new ArrayList<>(entries);
                Collections.reverse(reversed);
                return reversed;
            });
        }
    },
    WALKS_WITHOUT_ROOT("a_walk_is_in_order_and_every_entry_has_its_directory_before_it") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return walk(good, entries -> entries.subList(1, entries.size()));
        }
    },
    WALKS_BY_PLAIN_STRINGS("a_walk_is_in_order_and_every_entry_has_its_directory_before_it") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return walk(good, entries -> entries.stream()
                    .sorted(java.util.Comparator.comparing(entry -> entry.path().toString()))
                    .toList());
        }
    },
    IMPORTS_NO_FILES("what_was_exported_can_be_imported_and_is_the_same") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return new ForwardingStrategy(good) {
                @Override
                public ImportSession openImport(ImportRequest request, TaskContext context) throws PluginException {
                    return skippingFiles(super.openImport(request, context));
                }
            };
        }
    },
    SHOWS_WHAT_WAS_NOT_COMPLETED("an_import_that_is_not_completed_leaves_nothing") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return new ForwardingStrategy(good) {
                @Override
                public ImportSession openImport(ImportRequest request, TaskContext context) throws PluginException {
                    ImportSession session = super.openImport(request, context);
                    return completing(session);
                }
            };
        }
    },
    REPLACES_UNASKED("what_is_in_the_way_of_an_import_is_not_replaced_unasked") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return new ForwardingStrategy(good) {
                @Override
                public ImportSession openImport(ImportRequest request, TaskContext context) throws PluginException {
                    var type = new io.holdfast.testkit.fake.FakeHypervisorType(hypervisor);
                    var settings = io.holdfast.spi.settings.Settings.of(
                            type.restoreSchema(),
                            java.util.Map.of("name", request.settings().values("name"), "replace", List.of("true")));
                    return super.openImport(
                            new ImportRequest(request.instance(), request.metadata(), settings, request.selection()),
                            context);
                }
            };
        }
    },
    EXPORTS_WHAT_IS_NOT_THERE("exporting_what_does_not_exist_fails_and_leaves_nothing") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return new ForwardingStrategy(good) {
                @Override
                public ExportSession openExport(ExportRequest request, TaskContext context) throws PluginException {
                    try {
                        return super.openExport(request, context);
                    } catch (PluginException e) {
                        throw e.kind() == ErrorKind.NOT_FOUND ? new PluginException(ErrorKind.INTERNAL, "null") : e;
                    }
                }
            };
        }
    };

    private final String noticedBy;

    StrategyDefect(String noticedBy) {
        this.noticedBy = noticedBy;
    }

    String noticedBy() {
        return noticedBy;
    }

    abstract Strategy over(Strategy good, FakeHypervisor hypervisor);

    static TaskContext withJournal(TaskContext context, MemoryJournal journal) {
        RecordingTaskContext c = (RecordingTaskContext) context;
        return new RecordingTaskContext(
                c.taskId(), c.cancellation(), c.progress(), c.log(), journal, c.clock(), c.scratchDirectory());
    }

    private static TaskContext withCancellation(TaskContext context, TestCancellation cancellation) {
        RecordingTaskContext c = (RecordingTaskContext) context;
        return new RecordingTaskContext(
                c.taskId(), cancellation, c.progress(), c.log(), c.journal(), c.clock(), c.scratchDirectory());
    }

    private static Strategy session(Strategy good, UnaryOperator<ExportSession> defect) {
        return new ForwardingStrategy(good) {
            @Override
            public ExportSession openExport(ExportRequest request, TaskContext context) throws PluginException {
                return defect.apply(super.openExport(request, context));
            }
        };
    }

    private static Strategy sources(Strategy good, UnaryOperator<Source> defect) {
        return session(good, session -> new ForwardingSession(session) {
            @Override
            public List<Source> sources() {
                return super.sources().stream().map(defect).toList();
            }
        });
    }

    private static Strategy content(Strategy good, UnaryOperator<RandomReadable> defect) {
        return sources(
                good,
                source -> !(source instanceof DiskSource disk)
                        ? source
                        : new ForwardingSession.Disk(disk) {
                            @Override
                            public RandomReadable open() throws PluginException {
                                return defect.apply(goodDisk.open());
                            }
                        });
    }

    private static Strategy walk(Strategy good, UnaryOperator<List<TreeEntry>> defect) {
        return sources(good, source -> source instanceof TreeSource tree ? new Walked(tree, defect) : source);
    }

    private record Walked(TreeSource tree, UnaryOperator<List<TreeEntry>> defect) implements TreeSource {
        @Override
        public String name() {
            return tree.name();
        }

        @Override
        public TreeWalk walk(SourceProblems problems) throws PluginException {
            var entries = defect.apply(Picture.entries(tree)).iterator();
            return new TreeWalk() {
                @Override
                public TreeEntry next() {
                    return entries.hasNext() ? entries.next() : null;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public FileContent open(TreeEntry entry) throws PluginException {
            return tree.open(entry);
        }
    }

    private static ImportSession skippingFiles(ImportSession session) {
        return new ForwardingImport(session) {
            @Override
            public TreeTarget openTree(String name) throws PluginException {
                TreeTarget target = super.openTree(name);
                return new TreeTarget() {
                    @Override
                    public boolean add(TreeEntry entry) throws PluginException {
                        return target.add(entry);
                    }

                    @Override
                    public Optional<DiskTarget> openFile(TreeEntry entry) {
                        return Optional.empty();
                    }

                    @Override
                    public void complete() throws PluginException {
                        target.complete();
                    }

                    @Override
                    public void close() {
                        target.close();
                    }
                };
            }
        };
    }

    private static ImportSession completing(ImportSession session) {
        return new ForwardingImport(session) {
            @Override
            public void close() {
                try {
                    super.complete();
                } catch (PluginException e) {
                    throw new IllegalStateException(e);
                }
                super.close();
            }
        };
    }
}
