package io.holdfast.access.model;

/**
 * A destination that was added, and the work that prepares it.
 *
 * @param destination the destination
 * @param workflow creates or adopts its vault
 */
public record CreatedDestinationDto(DestinationDto destination, WorkflowDto workflow) {}
