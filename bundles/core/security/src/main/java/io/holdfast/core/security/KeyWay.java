package io.holdfast.core.security;

/**
 * A way of keeping the master key.
 *
 * @param name what it is called in the configuration; {@code file} is always there
 * @param type the kind of key service behind it; {@code file} for none; empty if it is no longer configured
 * @param inUse whether it is what is asked when the appliance starts
 * @param keepsKey whether what it needs to give the key is stored
 * @param available whether its kind of key service is installed now
 */
public record KeyWay(String name, String type, boolean inUse, boolean keepsKey, boolean available) {}
