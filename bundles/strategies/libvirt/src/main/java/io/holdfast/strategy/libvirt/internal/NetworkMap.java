package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.w3c.dom.Element;

/** What the network interfaces of a restored machine are connected to, and whether the host has it. */
final class NetworkMap {

    /** Every interface that no other line names. */
    private static final String OTHERS = "*";

    private static final String NETWORK = "network";
    private static final String BRIDGE = "bridge";

    /** Interfaces that name what they are connected to, and the attribute that does. */
    private static final Map<String, String> NAMED = Map.of(NETWORK, NETWORK, BRIDGE, BRIDGE, "direct", "dev");

    /** What an interface is connected to. Without a name it is removed. */
    private record Link(String type, String name) {
        static final Link NONE = new Link("", "");

        String shown() {
            return (type.equals("direct") ? "device" : type) + " '" + Commands.printable(name) + "'";
        }
    }

    private final Map<String, Link> links;

    private NetworkMap(Map<String, Link> links) {
        this.links = links;
    }

    /** Reads the lines of the setting {@code networks}: {@code old=new}, {@code old=bridge:br0}, {@code old=none}. */
    static NetworkMap parse(List<String> lines) throws PluginException {
        Map<String, Link> links = new LinkedHashMap<>();
        for (String line : lines) {
            int equals = line.lastIndexOf('=');
            if (line.isBlank()) {
                continue;
            }
            if (equals <= 0 || equals == line.length() - 1) {
                throw invalid(line, "it is not of the form old=new");
            }
            String old = line.substring(0, equals).strip();
            if (links.put(old, link(line.substring(equals + 1).strip())) != null) {
                throw invalid(line, "the network has a line already");
            }
        }
        return new NetworkMap(links);
    }

    private static Link link(String place) {
        if (place.equals("none")) {
            return Link.NONE;
        }
        if (place.startsWith(BRIDGE + ":")) {
            return new Link(BRIDGE, place.substring(BRIDGE.length() + 1));
        }
        return new Link(NETWORK, place.startsWith(NETWORK + ":") ? place.substring(NETWORK.length() + 1) : place);
    }

    private static PluginException invalid(String line, String why) {
        return new PluginException(
                ErrorKind.INVALID_CONFIG,
                "'" + Commands.printable(line) + "' says nothing of a network: " + why
                        + " (setting networks; for example default=office, lan=bridge:br0 or *=none)");
    }

    /** @throws PluginException {@code INVALID_CONFIG} if the host lacks something that an interface is connected to */
    void check(Machine machine, HostNetworks host) throws PluginException {
        for (Element networkInterface : machine.devices("interface")) {
            Link link = target(networkInterface).orElseGet(() -> source(networkInterface));
            if (!link.name().isEmpty() && !exists(link, host)) {
                String old = source(networkInterface).name();
                throw new PluginException(
                        ErrorKind.INVALID_CONFIG,
                        host.name() + " has no " + link.shown() + " for a network interface of the machine; say what "
                                + "takes its place, such as " + Commands.printable(old)
                                + "=NAME or =bridge:NAME, or =none for no interface (setting networks). "
                                + host.choices());
            }
        }
    }

    private static boolean exists(Link link, HostNetworks host) throws PluginException {
        return link.type().equals(NETWORK) ? host.networks().contains(link.name()) : host.hasDevice(link.name());
    }

    private static Link source(Element networkInterface) {
        String type = networkInterface.getAttribute("type");
        String attribute = NAMED.getOrDefault(type, "");
        return attribute.isEmpty() ? Link.NONE : new Link(type, Xml.attribute(networkInterface, "source", attribute));
    }

    private Optional<Link> target(Element networkInterface) {
        String old = source(networkInterface).name();
        Link named = old.isEmpty() ? null : links.get(old);
        return Optional.ofNullable(named != null ? named : links.get(OTHERS));
    }

    /** Connects the interfaces of a machine to what was chosen. */
    void apply(Machine machine) {
        for (Element networkInterface : machine.devices("interface")) {
            Optional<Link> target = target(networkInterface);
            if (target.isPresent()) {
                connect(networkInterface, target.get());
            }
        }
    }

    private static void connect(Element networkInterface, Link link) {
        if (link.name().isEmpty()) {
            networkInterface.getParentNode().removeChild(networkInterface);
            return;
        }
        if (!networkInterface.getAttribute("type").equals(link.type())) {
            Xml.remove(networkInterface, "virtualport"); // belongs to the switch of old
        }
        Xml.remove(networkInterface, "source");
        networkInterface.setAttribute("type", link.type());
        Xml.add(networkInterface, "source", link.type(), link.name());
    }

    /** What lines name and the machine is not connected to: probably a slip of the pen. */
    Set<String> unused(Machine machine) {
        Set<String> unused = new java.util.TreeSet<>(links.keySet());
        unused.remove(OTHERS);
        machine.devices("interface").forEach(i -> unused.remove(source(i).name()));
        return unused;
    }
}
