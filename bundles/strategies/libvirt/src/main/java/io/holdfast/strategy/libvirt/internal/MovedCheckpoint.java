package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.strategy.ChangeToken;
import io.holdfast.spi.strategy.FullReadReason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * The checkpoint of a machine that has moved to another host. Its bitmaps may have come along, in the images or by way of QEMU;
 * libvirt's note of the checkpoint has not. It is made again if QEMU has the bitmaps, which libvirt examines.
 */
final class MovedCheckpoint {

    private final Provider provider;
    private final Machine running;
    private final TaskContext context;

    MovedCheckpoint(Provider provider, Machine running, TaskContext context) {
        this.provider = provider;
        this.running = running;
        this.context = context;
    }

    /** The token, if it is of a backup that was made on another host. */
    private Optional<Token> moved(Optional<ChangeToken> previous) {
        return previous.flatMap(Token::parse)
                .filter(token -> !token.host().isEmpty()
                        && !token.host().equals(provider.host().name()));
    }

    /**
     * Makes the checkpoint known on this host if it can be.
     *
     * @param checkpoints that the host knows
     * @return those that it knows now
     */
    List<String> adopt(Optional<ChangeToken> previous, List<String> checkpoints) throws PluginException {
        Optional<Token> token = moved(previous);
        if (token.isEmpty() || checkpoints.contains(token.get().checkpoint())) {
            return checkpoints;
        }
        String directory = provider.scratch().directory(provider.names(context));
        var entry = provider.record(context, Cleanup.SERVERS, java.util.Map.of("directory", directory, "disks", "0"));
        try {
            provider.scratch().create(directory);
            String file = directory + "/checkpoint.xml";
            provider.commands()
                    .writeFile(
                            file,
                            Xml.format(description(token.get(), context.clock().millis() / 1000))
                                    .getBytes(StandardCharsets.UTF_8));
            Host.Output output = provider.virsh()
                    .attempt(
                            Virsh.LIMIT,
                            "checkpoint-create",
                            "--redefine",
                            "--redefine-validate",
                            "--domain=" + running.uuid(),
                            "--xmlfile=" + file);
            if (!output.good()) {
                context.log()
                        .info("the machine has moved from " + token.get().host()
                                + ", and what was counted there has not come along: "
                                + Commands.complaint(output.err()));
                return checkpoints;
            }
        } finally {
            provider.scratch().remove(directory);
            entry.undone();
        }
        List<String> now = new ArrayList<>(checkpoints);
        now.add(token.get().checkpoint());
        return now;
    }

    Document description(Token token, long seconds) throws PluginException {
        Document document = Xml.create("domaincheckpoint");
        Element root = document.getDocumentElement();
        Xml.add(root, "name").setTextContent(token.checkpoint());
        Xml.add(root, "creationTime").setTextContent(Long.toString(seconds));
        Element disks = Xml.add(root, "disks");
        List<String> counted = token.disks().stream().map(Token.Disk::target).toList();
        for (Machine.Disk disk : running.disks()) {
            if (counted.contains(disk.target())) {
                Xml.add(disks, "disk", "name", disk.target(), "checkpoint", "bitmap", "bitmap", token.checkpoint());
            } else {
                Xml.add(disks, "disk", "name", disk.target(), "checkpoint", "no");
            }
        }
        root.appendChild(document.importNode(running.document().getDocumentElement(), true));
        return document;
    }

    /** Whatever is the doubt, the move is the reason. */
    ChangeBase explain(Optional<ChangeToken> previous, ChangeBase base) {
        FullReadReason reason = base.reason();
        Optional<Token> token = moved(previous);
        if (reason == null || token.isEmpty()) {
            return base;
        }
        return new ChangeBase(
                "",
                new FullReadReason(
                        "MIGRATED",
                        "the machine has moved from " + token.get().host() + " to "
                                + provider.host().name() + ": " + reason.message()));
    }
}
