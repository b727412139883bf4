/**
 * The vault under a simulator: several nodes on one simulated store, one step at a time, all of it decided by a seed.
 *
 * <p>{@link io.holdfast.core.vault.simulator.Story} plays one seed; {@link io.holdfast.core.vault.simulator.Schedule} decides who moves;
 * {@link io.holdfast.core.vault.simulator.Faults} decides what goes wrong; {@link io.holdfast.core.vault.simulator.Oracle} says at each change of the
 * store whether a backup that exists still has everything it refers to.
 */
package io.holdfast.core.vault.simulator;
