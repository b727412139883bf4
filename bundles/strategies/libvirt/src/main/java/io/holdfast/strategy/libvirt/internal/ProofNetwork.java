package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.w3c.dom.Element;

/**
 * The network of a machine that is booted to prove its backup: QEMU's own ({@code -netdev user}, qemu(1)) with {@code restrict=on}, so that
 * no packet of the guest leaves it, and a forward to each port that is looked at from a free port of the host's loopback. The network card is the
 * machine's first, with its address, at its place.
 *
 * <p>libvirt has no setting for it: it comes by arguments for QEMU (libvirt's drvqemu, "Pass-through of arbitrary QEMU commands").
 *
 * @param ports that are looked at
 * @param guest the guest's address
 * @param prefix length of its network's prefix
 */
record ProofNetwork(List<ProofPort> ports, Ipv4 guest, int prefix) {

    private static final String NAMESPACE = "http://libvirt.org/schemas/domain/qemu/1.0";
    private static final String NETDEV = "holdfast";
    /** What QEMU's network gives to the first that asks for an address, qemu(1). */
    private static final String FIRST = "10.0.2.15/24";

    private static final Pattern ADDRESS = Pattern.compile("([0-9.]{7,15})/(\\d{1,2})");
    private static final Pattern MAC = Pattern.compile("(?i)[0-9a-f]{2}(:[0-9a-f]{2}){5}");
    /** libvirt's names of models that are also QEMU's. */
    private static final Set<String> MODELS = Set.of(
            "e1000",
            "e1000-82544gc",
            "e1000-82545em",
            "e1000e",
            "igb",
            "i82551",
            "i82557b",
            "i82559er",
            "ne2k_pci",
            "pcnet",
            "rtl8139",
            "tulip",
            "vmxnet3");

    private static final Map<String, String> VIRTIO = Map.of(
            "virtio", "virtio-net-pci",
            "virtio-transitional", "virtio-net-pci-transitional",
            "virtio-non-transitional", "virtio-net-pci-non-transitional");

    /** An address of 32 bits. */
    record Ipv4(long bits) {
        @Override
        public String toString() {
            return (bits >> 24 & 255) + "." + (bits >> 16 & 255) + "." + (bits >> 8 & 255) + "." + (bits & 255);
        }

        static Optional<Ipv4> parse(String text) {
            long bits = 0;
            String[] parts = text.split("\\.", -1);
            for (String part : parts) {
                if (!part.matches("\\d{1,3}") || Integer.parseInt(part) > 255) {
                    return Optional.empty();
                }
                bits = bits << 8 | Integer.parseInt(part);
            }
            return parts.length == 4 ? Optional.of(new Ipv4(bits)) : Optional.empty();
        }
    }

    /** @param address the guest's, with the length of its network's prefix; empty if the guest asks for one */
    static ProofNetwork of(List<ProofPort> ports, String address) throws PluginException {
        String text = address.isBlank() ? FIRST : address.strip();
        Matcher matcher = ADDRESS.matcher(text);
        Optional<Ipv4> guest = matcher.matches() ? Ipv4.parse(matcher.group(1)) : Optional.empty();
        int prefix = guest.isPresent() ? Integer.parseInt(matcher.group(2)) : 0;
        if (guest.isEmpty() || prefix < 8 || prefix > 29 || !host(guest.get(), prefix)) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "'" + Commands.printable(text)
                            + "' is not an address with the length of its network's prefix (8 to 29),"
                            + " such as 192.168.1.20/24 (setting guestAddress)");
        }
        return new ProofNetwork(ports, guest.get(), prefix);
    }

    private static boolean host(Ipv4 address, int prefix) {
        long part = address.bits() & (1L << 32 - prefix) - 1;
        return part != 0 && part != (1L << 32 - prefix) - 1;
    }

    boolean used() {
        return !ports.isEmpty();
    }

    private Ipv4 network() {
        return new Ipv4(guest.bits() >> 32 - prefix << 32 - prefix);
    }

    /** The last addresses of the network that are not the guest's: QEMU needs some of its own. */
    private Ipv4 own(int which) {
        long last = network().bits() + (1L << 32 - prefix) - 2;
        long own = last - which;
        return new Ipv4(guest.bits() <= last && guest.bits() >= own ? own - 1 : own);
    }

    private String netdev() {
        return "user,id=" + NETDEV + ",restrict=on,ipv6=off,net=" + network() + "/" + prefix + ",host=" + own(0)
                + ",dns="
                + own(1) + ",dhcpstart=" + guest
                + ports.stream()
                        .map(port -> ",hostfwd=tcp:127.0.0.1:0-" + guest + ":" + port.number())
                        .collect(Collectors.joining());
    }

    /**
     * Gives a definition the network.
     *
     * @param machine to be booted
     * @param original as it was backed up, with its first card
     */
    void connect(Machine machine, Machine original) throws PluginException {
        List<Element> cards = original.devices("interface");
        if (cards.isEmpty()) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "ports are to be looked at, but the machine had no network interface (setting tcpPorts)");
        }
        Element root = machine.document().getDocumentElement();
        Element line = machine.document().createElementNS(NAMESPACE, "qemu:commandline");
        root.appendChild(line);
        for (String argument : List.of("-netdev", netdev(), "-device", card(original, cards.get(0)))) {
            Element added = machine.document().createElementNS(NAMESPACE, "qemu:arg");
            added.setAttribute("value", argument);
            line.appendChild(added);
        }
    }

    private static String card(Machine machine, Element card) throws PluginException {
        Element address = Xml.child(card, "address");
        boolean channel = address != null && address.getAttribute("type").equals("ccw");
        List<String> properties = new ArrayList<>();
        properties.add(property("driver", channel ? "virtio-net-ccw" : driver(Xml.attribute(card, "model", "type"))));
        properties.add(property("netdev", NETDEV));
        String mac = Xml.attribute(card, "mac", "address");
        if (MAC.matcher(mac).matches()) {
            properties.add(property("mac", mac));
        }
        if (!channel) {
            properties.add(property("romfile", "")); // it does not boot from there
        }
        if (address != null && address.getAttribute("type").equals("pci")) {
            place(machine, address).forEach((name, value) -> properties.add(property(name, value)));
        }
        return "{" + String.join(",", properties) + "}";
    }

    private static String driver(String model) throws PluginException {
        String driver = model.isEmpty() ? "virtio-net-pci" : VIRTIO.getOrDefault(model, model);
        if (VIRTIO.containsValue(driver) || MODELS.contains(driver)) {
            return driver;
        }
        throw new PluginException(
                ErrorKind.UNSUPPORTED,
                "the machine's network card '" + Commands.printable(model)
                        + "' is none that can be given to it for a proof; ask for no ports (setting tcpPorts)");
    }

    /** Where the card was, so that the guest finds it by the same name; empty to let QEMU find a place. */
    private static Map<String, String> place(Machine machine, Element address) {
        OptionalInt bus = number(address, "bus");
        OptionalInt slot = number(address, "slot");
        OptionalInt function = number(address, "function");
        if (bus.isEmpty() || slot.isEmpty() || function.isEmpty()) {
            return Map.of();
        }
        for (Element controller : machine.devices("controller")) {
            if (controller.getAttribute("type").equals("pci")
                    && controller.getAttribute("index").equals(Integer.toString(bus.getAsInt()))) {
                String name = name(controller, bus.getAsInt());
                return name.isEmpty()
                        ? Map.of()
                        : Map.of("bus", name, "addr", Integer.toHexString(slot.getAsInt()) + "." + function.getAsInt());
            }
        }
        return Map.of();
    }

    /** What QEMU calls a bus: the alias that libvirt gives to its controller, or the machine's own name of its root. */
    private static String name(Element controller, int index) {
        String alias = Xml.attribute(controller, "alias", "name");
        if (alias.matches("ua-[A-Za-z0-9_-]{1,100}")) {
            return alias;
        }
        return switch (controller.getAttribute("model")) {
            case "pcie-root" -> "pcie.0";
            case "pci-root" -> index == 0 ? "pci.0" : "";
            default -> "pci." + index;
        };
    }

    private static OptionalInt number(Element address, String name) {
        String text = address.getAttribute(name);
        return text.matches("0x[0-9a-fA-F]{1,4}")
                ? OptionalInt.of(Integer.parseInt(text.substring(2), 16))
                : OptionalInt.empty();
    }

    private static String property(String name, String value) {
        return GuestCommand.quoted(name) + ":" + GuestCommand.quoted(value);
    }
}
