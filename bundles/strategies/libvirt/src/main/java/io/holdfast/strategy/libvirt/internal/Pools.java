package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** The storage pools of a host; described in libvirt's storage.html and formatstorage.html. */
final class Pools {

    /** Their volumes are files. */
    private static final Set<String> OF_FILES = Set.of("dir", "fs", "netfs");

    /** Its volumes are block devices. */
    private static final String LOGICAL = "logical";

    private final Provider provider;

    Pools(Provider provider) {
        this.provider = provider;
    }

    /**
     * Where a new volume will be.
     *
     * @param format of a file; empty for QCOW2. Block devices are raw
     * @throws PluginException {@code NOT_FOUND} if there is no such pool, {@code UNSUPPORTED} if volumes of its kind cannot be
     *     written to, {@code INVALID_CONFIG} for another format than raw on a block device
     */
    Place volume(String pool, String name, String format) throws PluginException {
        List<String> active = provider.virsh().names("cannot list storage pools", "pool-list", "--name");
        if (!active.contains(pool)) {
            throw new PluginException(
                    ErrorKind.NOT_FOUND,
                    provider.host().name() + " has no running storage pool '" + Commands.printable(pool)
                            + "'; there are " + (active.isEmpty() ? "none" : String.join(", ", active))
                            + " (setting disks)");
        }
        Element description = Xml.parse(
                        "the storage pool",
                        provider.virsh().must("cannot read a storage pool", "pool-dumpxml", "--pool=" + pool),
                        "pool")
                .getDocumentElement();
        String type = description.getAttribute("type");
        String path = Xml.text(description, "target", "path");
        if (!OF_FILES.contains(type) && !type.equals(LOGICAL) || !path.startsWith("/")) {
            throw new PluginException(
                    ErrorKind.UNSUPPORTED,
                    "the storage pool '" + Commands.printable(pool) + "' is of the type " + Commands.printable(type)
                            + "; disks are restored to pools of the types dir, fs, netfs and logical (setting disks)");
        }
        boolean block = type.equals(LOGICAL);
        if (block && format.equals(Place.QCOW2)) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "volumes of the storage pool '" + Commands.printable(pool)
                            + "' are block devices, which are raw; leave the format out (setting disks)");
        }
        String used = block ? Place.RAW : format.isEmpty() ? Place.QCOW2 : format;
        return new Place(block, path + "/" + name, used, pool, name);
    }

    /** Makes a volume. A file takes room when it is written to; a block device has what somebody left there. */
    void create(Place place, long size, String directory) throws PluginException {
        String file = directory + "/volume-" + SessionNames.safe(place.volume(), 80) + ".xml";
        provider.commands().writeFile(file, Xml.format(description(place, size)).getBytes(StandardCharsets.UTF_8));
        provider.virsh()
                .must(
                        "cannot make the volume " + Commands.printable(place.volume()) + " in the storage pool "
                                + Commands.printable(place.pool()),
                        "vol-create",
                        "--pool=" + place.pool(),
                        "--file=" + file);
    }

    static Document description(Place place, long size) throws PluginException {
        Document document = Xml.create("volume");
        Element root = document.getDocumentElement();
        Xml.add(root, "name").setTextContent(place.volume());
        Xml.add(root, "capacity", "unit", "bytes").setTextContent(Long.toString(size));
        // a logical volume that takes less than its size is a snapshot of nothing, which breaks when it is full
        Xml.add(root, "allocation", "unit", "bytes").setTextContent(place.block() ? Long.toString(size) : "0");
        Element target = Xml.add(root, "target");
        Xml.add(target, "format", "type", place.format());
        if (place.format().equals(Place.QCOW2)) {
            Xml.add(target, "compat").setTextContent("1.1"); // older ones keep no bitmaps
        }
        return document;
    }

    /** Removes a volume; one that is not there is no failure. */
    void delete(String pool, String volume) throws PluginException {
        Host.Output output = provider.virsh().attempt(Virsh.LIMIT, "vol-delete", "--pool=" + pool, "--vol=" + volume);
        if (!output.good()
                && !output.err().contains("not found")
                && !output.err().contains("failed to get vol")) {
            throw provider.virsh().failure("cannot remove the volume " + Commands.printable(volume), output);
        }
    }
}
