package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TaskContext;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.w3c.dom.Element;

/** Finds out what a host lacks. */
final class HostCheck {

    /** Per-disk modes of backup jobs; libvirt's formatbackup.html. */
    private static final int[] LIBVIRT = {7, 2};

    private static final int[] QEMU = {4, 2};
    private static final List<String> PROGRAMS = List.of(
            "qemu-nbd",
            "qemu-img",
            "install",
            "dd",
            "stat",
            "mkdir",
            "rm",
            "cat",
            "kill",
            "tail",
            "timeout",
            "mv",
            "find",
            "sed",
            "od",
            "tr",
            "grep");
    private static final Pattern VERSION =
            Pattern.compile("(?:Using library: libvirt|Running hypervisor: QEMU) (\\d+)\\.(\\d+)");

    private final Provider provider;

    HostCheck(Provider provider) {
        this.provider = provider;
    }

    void run(TaskContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        String versions = provider.virsh().must("cannot talk to libvirt", "version");
        require(versions, "Using library: libvirt", LIBVIRT);
        require(versions, "Running hypervisor: QEMU", QEMU);
        context.cancellation().throwIfCancelled();
        List<String> missing = new ArrayList<>();
        for (String program : PROGRAMS) {
            if (provider.commands().run(program, "--version").exit() == Host.NO_SUCH_PROGRAM) {
                missing.add(program);
            }
        }
        if (!missing.isEmpty()) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "programs are missing on " + provider.host().name() + ": " + String.join(", ", missing)
                            + "; install qemu-utils (Debian) or qemu-img (Red Hat), coreutils, findutils, grep and sed");
        }
        checkScratch(context);
        Element capabilities = Xml.parse(
                        "libvirt's capabilities",
                        provider.virsh().must("cannot read libvirt's capabilities", "capabilities"),
                        "capabilities")
                .getDocumentElement();
        if (Xml.text(capabilities, "host", "uuid").isEmpty()) {
            context.log().info("libvirt does not say the host's UUID");
        }
    }

    private void require(String versions, String product, int[] least) throws PluginException {
        Matcher matcher = VERSION.matcher(versions);
        while (matcher.find()) {
            if (matcher.group().startsWith(product)) {
                int major = Integer.parseInt(matcher.group(1));
                int minor = Integer.parseInt(matcher.group(2));
                if (major < least[0] || major == least[0] && minor < least[1]) {
                    throw new PluginException(
                            ErrorKind.UNSUPPORTED,
                            provider.host().name() + " has " + matcher.group() + "; " + least[0] + "." + least[1]
                                    + " is the oldest that can tell changes: update it");
                }
                return;
            }
        }
        throw new PluginException(
                ErrorKind.UNSUPPORTED,
                "the libvirt of " + provider.host().name()
                        + " does not name a QEMU; is the URI one of a QEMU host, such as" + " qemu:///system?");
    }

    private void checkScratch(TaskContext context) throws PluginException {
        String directory = provider.scratch().directory(provider.names(context));
        var entry = provider.record(context, Cleanup.SERVERS, java.util.Map.of("directory", directory, "disks", "0"));
        try {
            provider.scratch().create(directory);
        } finally {
            provider.scratch().remove(directory);
            entry.undone();
        }
    }
}
