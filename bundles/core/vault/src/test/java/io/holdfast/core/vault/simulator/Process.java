package io.holdfast.core.vault.simulator;

import io.holdfast.core.vault.ReaderKeys;
import io.holdfast.core.vault.RecoveryKey;
import io.holdfast.core.vault.Rotation;
import io.holdfast.core.vault.Vault;
import io.holdfast.core.vault.VaultFactory;
import io.holdfast.core.vault.VaultKeys;
import io.holdfast.core.vault.VaultRuntime;
import io.holdfast.core.vault.internal.DefaultVaultFactory;
import io.holdfast.core.vault.internal.Ticker;
import io.holdfast.core.vault.internal.store.Contexts;
import io.holdfast.core.vault.simulator.Faults.Fault;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One life of a node: from its start until it is killed. What it asks of the store goes by {@link FaultyStore}. */
final class Process implements Ticker {

    static final TransferContext CONTEXT = Contexts.uncancelled();
    private static final Duration RENEWAL = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofMillis(3500);

    final World world;
    final String node;
    final Schedule.@Nullable Actor actor;
    private final Runnable whenKilled;
    private final List<Runnable> late = new ArrayList<>();
    private boolean dead;
    private long clockOffset;

    Process(World world, String node, Schedule.@Nullable Actor actor, Runnable whenKilled) {
        this.world = world;
        this.node = node;
        this.actor = actor;
        this.whenKilled = whenKilled;
    }

    boolean dead() {
        return dead;
    }

    /** Opens the first vault as this process does. */
    Vault open(VaultKeys keys, Path cache) throws PluginException {
        return open(world.first, keys, cache);
    }

    /** Opens the vault of that place. */
    Vault open(Place place, VaultKeys keys, Path cache) throws PluginException {
        VaultRuntime runtime =
                new VaultRuntime(new NodeClock(), new SecureRandom(), cache, 0, 1, 1, 1L << 30, RENEWAL, PATIENCE);
        return new DefaultVaultFactory(runtime, this)
                .open(
                        new FaultyStore(this, place.store(), place.faults()),
                        keys,
                        World.APPLIANCE,
                        world.redundancy,
                        CONTEXT);
    }

    private VaultFactory factory() {
        VaultRuntime runtime = new VaultRuntime(
                new NodeClock(), new SecureRandom(), world.directory, 0, 1, 1, 1L << 30, RENEWAL, PATIENCE);
        return new DefaultVaultFactory(runtime, this);
    }

    /** Begins a new key epoch. */
    ReaderKeys rotate(ReaderKeys keys, RecoveryKey recovery) throws PluginException {
        FaultyStore store = new FaultyStore(this, world.first.store(), world.first.faults());
        return factory().rotate(store, keys, Rotation.with(recovery), World.APPLIANCE, CONTEXT);
    }

    ReaderKeys unlock(Place place, RecoveryKey recovery) throws PluginException {
        return factory().unlock(new FaultyStore(this, place.store(), place.faults()), recovery, CONTEXT);
    }

    private final class NodeClock extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(1_750_000_000_000L + world.schedule.nanos() / 1_000_000 + clockOffset);
        }
    }

    /**
     * The process is about to touch a store: others may have the turn first, and it may die here.
     *
     * @param next asked when it is its turn
     * @return what will go wrong with the operation
     */
    Fault enter(Faults.Operation operation, String key, Supplier<Fault> next) {
        Schedule schedule = world.schedule;
        if (!dead && actor != null && schedule.current() == actor) {
            actor.turn();
        }
        if (dead) {
            throw new Killed();
        }
        Fault fault = next.get();
        if (actor != null) {
            schedule.tell(node + " " + operation + " " + key + (fault == Fault.NONE ? "" : " " + fault));
        }
        switch (fault) {
            case KILL_BEFORE -> throw kill();
            case STALL -> {
                if (actor != null) {
                    actor.stall(Duration.ofMillis(schedule.random.nextInt(20_000)));
                }
            }
            case CLOCK -> clockOffset += (schedule.random.nextBoolean() ? 1 : -1) * 315_360_000_000L;
            default -> {}
        }
        return fault;
    }

    /** Dies. The caller throws what this returns. */
    Killed kill() {
        if (!dead) {
            dead = true;
            world.schedule.tell(node + " is dead");
            whenKilled.run();
        }
        return new Killed();
    }

    /** Something that this process has asked for happens later, at the latest when everything settles. */
    void later(Runnable what) {
        Random random = world.schedule.random;
        boolean[] done = new boolean[1];
        Runnable once = () -> {
            if (!done[0]) {
                done[0] = true;
                what.run();
            }
        };
        late.add(once);
        boolean soon = random.nextBoolean();
        world.schedule.after(Duration.ofMillis(random.nextInt(soon ? 500 : 120_000)), once);
    }

    /** What was under way arrives now. */
    void settle() {
        late.forEach(Runnable::run);
        late.clear();
    }

    @Override
    public long nanoTime() {
        return world.schedule.nanos();
    }

    @Override
    public void pause(Duration time) {
        if (dead) {
            throw new Killed();
        }
        if (actor != null && world.schedule.current() == actor) {
            actor.sleep(time);
        } else {
            world.schedule.pass(time);
        }
        if (dead) {
            throw new Killed();
        }
    }

    @Override
    public Beat every(Duration pause, String name, Runnable action) {
        boolean[] closed = new boolean[1];
        Runnable[] beat = new Runnable[1];
        beat[0] = () -> {
            if (!closed[0] && !dead) {
                try {
                    action.run();
                } catch (Killed e) {
                    return;
                }
                world.schedule.after(pause, beat[0]);
            }
        };
        world.schedule.after(pause, beat[0]);
        return () -> closed[0] = true;
    }
}
