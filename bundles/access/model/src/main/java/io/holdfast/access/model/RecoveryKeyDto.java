package io.holdfast.access.model;

/**
 * What opens a vault when this appliance is lost.
 *
 * @param recoveryKey to be kept where neither this appliance nor the destination can be lost with it
 */
public record RecoveryKeyDto(String recoveryKey) {

    @Override
    public String toString() {
        return "RecoveryKeyDto";
    }
}
