package io.holdfast.testkit.contract;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.strategy.ExportRequest;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.FullReadReason;
import io.holdfast.spi.strategy.InstanceDescription;
import io.holdfast.spi.strategy.SnapshotConsistency;
import io.holdfast.spi.strategy.SnapshotInfo;
import io.holdfast.spi.strategy.SnapshotRequest;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.testkit.fake.FakeHypervisor;
import io.holdfast.testkit.fake.MemoryJournal;
import io.holdfast.testkit.fake.RecordingTaskContext;
import io.holdfast.testkit.fake.TestCancellation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Ways in which the snapshots of strategies are wrong, each with the test that must notice. */
enum SnapshotDefect {
    SECOND_DELETE_FAILS("snapshots_are_taken_listed_and_deleted") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return new ForwardingStrategy(good) {
                @Override
                public void delete(InstanceDescription instance, SnapshotInfo snapshot, TaskContext context)
                        throws PluginException {
                    if (!hypervisor.snapshotsOf(instance.externalId()).contains(snapshot.id())) {
                        throw new PluginException(ErrorKind.NOT_FOUND, "there is no such snapshot");
                    }
                    super.delete(instance, snapshot, context);
                }
            };
        }
    },
    KEEPS_THE_ENTRY_OF_WHAT_STAYS("snapshots_are_taken_listed_and_deleted") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return new ForwardingStrategy(good) {
                @Override
                public SnapshotInfo create(SnapshotRequest request, TaskContext context) throws PluginException {
                    SnapshotInfo made = super.create(request, context);
                    context.journal().record("snapshot", java.util.Map.of("snapshot", made.id()));
                    return made;
                }
            };
        }
    },
    SHOWS_THE_ID_AS_NAME("snapshots_are_taken_listed_and_deleted") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return listing(good, s -> new SnapshotInfo(s.id(), s.id(), s.created(), s.ours()));
        }
    },
    REPLACES_ONE_OF_THE_SAME_NAME("two_snapshots_of_one_name_are_two") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return new ForwardingStrategy(good) {
                @Override
                public SnapshotInfo create(SnapshotRequest request, TaskContext context) throws PluginException {
                    for (SnapshotInfo old : list(request.instance(), context)) {
                        if (old.name().equals(request.name())) {
                            delete(request.instance(), old, context);
                        }
                    }
                    return super.create(request, context);
                }
            };
        }
    },
    CALLS_ALL_CURRENT("two_snapshots_of_one_name_are_two") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return listing(good, s -> changed(s, s.ours(), true, s.parent(), s.consistency()));
        }
    },
    DELETES_CHILDREN_TOO("two_snapshots_of_one_name_are_two") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return new ForwardingStrategy(good) {
                @Override
                public void delete(InstanceDescription instance, SnapshotInfo snapshot, TaskContext context)
                        throws PluginException {
                    for (SnapshotInfo other : list(instance, context)) {
                        if (other.parent().equals(Optional.of(snapshot.id()))) {
                            super.delete(instance, other, context);
                        }
                    }
                    super.delete(instance, snapshot, context);
                }
            };
        }
    },
    KEEPS_A_PARENT_THAT_IS_GONE("two_snapshots_of_one_name_are_two") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return listing(good, s -> changed(s, s.ours(), s.current(), Optional.of("gone"), s.consistency()));
        }
    },
    TAKES_LESS_THAN_WAS_ASKED_FOR("a_quiesced_snapshot_is_one_or_is_refused") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return new ForwardingStrategy(good) {
                @Override
                public SnapshotInfo create(SnapshotRequest r, TaskContext context) throws PluginException {
                    return super.create(
                            new SnapshotRequest(r.instance(), r.settings(), r.name(), r.description(), false), context);
                }
            };
        }
    },
    TAKES_ALL_FOR_OURS("a_foreign_snapshot_is_listed_as_such") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return listing(good, s -> changed(s, true, s.current(), s.parent(), s.consistency()));
        }
    },
    HIDES_FOREIGN_ONES("a_foreign_snapshot_is_listed_as_such") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return new ForwardingStrategy(good) {
                @Override
                public List<SnapshotInfo> list(InstanceDescription instance, TaskContext context)
                        throws PluginException {
                    return super.list(instance, context).stream()
                            .filter(SnapshotInfo::ours)
                            .toList();
                }
            };
        }
    },
    REVERTS_NOTHING("an_instance_goes_back_to_its_snapshot") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return new ForwardingStrategy(good) {
                @Override
                public void revert(InstanceDescription instance, SnapshotInfo snapshot, TaskContext context) {}
            };
        }
    },
    REVERTS_TO_THE_NEWEST("an_instance_goes_back_to_its_snapshot") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return new ForwardingStrategy(good) {
                @Override
                public void revert(InstanceDescription instance, SnapshotInfo snapshot, TaskContext context)
                        throws PluginException {
                    List<SnapshotInfo> all = new ArrayList<>(list(instance, context));
                    super.revert(instance, all.get(all.size() - 1), context);
                }
            };
        }
    },
    FORGETS_THE_REVERT("a_token_from_before_a_revert_is_a_reason_for_a_full_read") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return new ForwardingStrategy(good) {
                @Override
                public ExportSession openExport(ExportRequest request, TaskContext context) throws PluginException {
                    return new ForwardingSession(super.openExport(request, context)) {
                        @Override
                        public Optional<FullReadReason> fullReadReason() {
                            return Optional.empty();
                        }
                    };
                }
            };
        }
    },
    BREAKS_THE_CHAIN("taking_and_deleting_snapshots_does_not_break_the_chain") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return new ForwardingStrategy(good) {
                @Override
                public SnapshotInfo create(SnapshotRequest request, TaskContext context) throws PluginException {
                    var machine = hypervisor.machine(request.instance().externalId());
                    machine.checkpoints().forEach(machine::loseCheckpoint);
                    return super.create(request, context);
                }
            };
        }
    },
    REVERTS_TO_WHAT_IS_GONE("going_back_to_a_snapshot_that_is_gone_changes_nothing") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return new ForwardingStrategy(good) {
                @Override
                public void revert(InstanceDescription instance, SnapshotInfo snapshot, TaskContext context)
                        throws PluginException {
                    try {
                        super.revert(instance, snapshot, context);
                    } catch (PluginException e) {
                        if (e.kind() != ErrorKind.NOT_FOUND) {
                            throw e;
                        }
                    }
                }
            };
        }
    },
    KNOWS_MACHINES_THAT_ARE_NOT_THERE("an_instance_that_is_gone_has_no_snapshots") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return new ForwardingStrategy(good) {
                @Override
                public List<SnapshotInfo> list(InstanceDescription instance, TaskContext context) {
                    return List.of();
                }
            };
        }
    },
    TAKES_BEFORE_THE_JOURNAL("a_snapshot_is_in_the_journal_before_it_is_taken") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return new ForwardingStrategy(good) {
                @Override
                public SnapshotInfo create(SnapshotRequest request, TaskContext context) throws PluginException {
                    SnapshotInfo made = super.create(request, StrategyDefect.withJournal(context, new MemoryJournal()));
                    context.journal()
                            .record("snapshot", java.util.Map.of("snapshot", made.id()))
                            .undone();
                    return made;
                }
            };
        }
    },
    CANNOT_UNDO("a_snapshot_of_which_nobody_heard_is_undone") {
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
    IGNORES_CANCELLATION("no_snapshot_is_taken_for_a_task_that_is_cancelled_already") {
        @Override
        Strategy over(Strategy good, FakeHypervisor hypervisor) {
            return new ForwardingStrategy(good) {
                @Override
                public SnapshotInfo create(SnapshotRequest request, TaskContext context) throws PluginException {
                    RecordingTaskContext c = (RecordingTaskContext) context;
                    return super.create(
                            request,
                            new RecordingTaskContext(
                                    c.taskId(),
                                    new TestCancellation(),
                                    c.progress(),
                                    c.log(),
                                    c.journal(),
                                    c.clock(),
                                    c.scratchDirectory()));
                }
            };
        }
    };

    private final String noticedBy;

    SnapshotDefect(String noticedBy) {
        this.noticedBy = noticedBy;
    }

    String noticedBy() {
        return noticedBy;
    }

    abstract Strategy over(Strategy good, FakeHypervisor hypervisor);

    private static Strategy listing(Strategy good, UnaryOperator<SnapshotInfo> defect) {
        return new ForwardingStrategy(good) {
            @Override
            public List<SnapshotInfo> list(InstanceDescription instance, TaskContext context) throws PluginException {
                return super.list(instance, context).stream().map(defect).toList();
            }
        };
    }

    private static SnapshotInfo changed(
            SnapshotInfo s, boolean ours, boolean current, Optional<String> parent, SnapshotConsistency consistency) {
        return new SnapshotInfo(
                s.id(), s.name(), s.created(), ours, s.description(), parent, current, consistency, s.sizeBytes());
    }
}
