package io.holdfast.access.model;

import io.holdfast.core.security.KeyWay;

/**
 * A way of keeping the master key.
 *
 * @param name what it is called in the configuration; {@code file} is always there
 * @param type the kind of key service behind it; {@code file} for none; empty if it is no longer configured
 * @param inUse whether it is asked when the appliance starts
 * @param keepsKey whether what it needs to give the key is stored
 * @param available whether its kind of key service is installed now
 */
public record KeyWayDto(String name, String type, boolean inUse, boolean keepsKey, boolean available) {

    /** A way as lists show it. */
    public static KeyWayDto of(KeyWay way) {
        return new KeyWayDto(way.name(), way.type(), way.inUse(), way.keepsKey(), way.available());
    }
}
