package io.holdfast.core.vault.simulator;

/**
 * A simulated store.
 *
 * @param store what is there
 * @param faults what goes wrong there
 * @param oracle what must be there
 */
record Place(Store store, Faults faults, Oracle oracle) {

    /** Distinguishes the places. */
    String name() {
        return store.name;
    }

    /** Whether listings are behind the times, as the store admits. */
    boolean lateLists() {
        return faults.lateLists;
    }
}
