package io.holdfast.access.model;

import java.util.List;

/**
 * A new set of recovery shares, which is told this once and kept nowhere.
 *
 * @param set names the set; it is printed on each share
 * @param threshold how many of them open the vault
 * @param shares by number; each goes to another person
 * @param workflow they open the vault when it has finished
 */
public record NewSharesDto(String set, int threshold, List<String> shares, WorkflowDto workflow) {

    /** Copies the list. */
    public NewSharesDto {
        shares = List.copyOf(shares);
    }

    @Override
    public String toString() {
        return "NewSharesDto[" + set + "]";
    }
}
