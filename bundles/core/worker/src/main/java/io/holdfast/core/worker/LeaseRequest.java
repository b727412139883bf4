package io.holdfast.core.worker;

import java.util.Map;
import java.util.Set;

/**
 * A node's question for work.
 *
 * @param nodeId who asks
 * @param freeSlots how many further tasks of each kind it can run; kinds that are missing are not wanted
 * @param refusals why the node takes none of a kind although tasks of it may wait, for administrators, such as too little
 *     staging space
 * @param strategyTypes strategy types whose plugins are present
 * @param destinationTypes destination types whose plugins are present
 */
public record LeaseRequest(
        String nodeId,
        Map<TaskKind, Integer> freeSlots,
        Map<TaskKind, String> refusals,
        Set<String> strategyTypes,
        Set<String> destinationTypes) {

    /** Copies the collections. */
    public LeaseRequest {
        freeSlots = Map.copyOf(freeSlots);
        refusals = Map.copyOf(refusals);
        strategyTypes = Set.copyOf(strategyTypes);
        destinationTypes = Set.copyOf(destinationTypes);
    }
}
