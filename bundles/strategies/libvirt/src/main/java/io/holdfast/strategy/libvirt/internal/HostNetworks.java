package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import java.util.List;

/** The networks and bridges of a host. */
final class HostNetworks {

    private static final String DEVICES = "/sys/class/net";
    /** IFNAMSIZ of linux/if.h, without the NUL. */
    private static final int MAX_NAME = 15;

    private final Provider provider;

    HostNetworks(Provider provider) {
        this.provider = provider;
    }

    String name() {
        return provider.host().name();
    }

    /** The networks that libvirt has, running or not. */
    List<String> networks() throws PluginException {
        return provider.virsh().names("cannot list networks", "net-list", "--all", "--name");
    }

    /** Whether the host has a bridge or network device of that name. */
    boolean hasDevice(String name) throws PluginException {
        return !name.contains("/")
                && !name.startsWith(".")
                && name.length() <= MAX_NAME
                && provider.commands().exists(DEVICES + "/" + name);
    }

    /** What can be chosen, in words. */
    String choices() throws PluginException {
        Host.Output found =
                provider.commands().run("find", "-L", DEVICES, "-mindepth", "2", "-maxdepth", "2", "-name", "bridge");
        List<String> bridges = found.text()
                .lines()
                .map(path -> path.substring(DEVICES.length() + 1, path.length() - "/bridge".length()))
                .toList();
        return "There are the networks " + listed(networks()) + " and the bridges " + listed(bridges) + ".";
    }

    private static String listed(List<String> names) {
        return names.isEmpty() ? "(none)" : Commands.printable(String.join(", ", names));
    }
}
