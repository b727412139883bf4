package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TaskContext;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is kept of a machine besides its disks. */
final class Documents {

    static final String DEFINITION = "domain.xml";
    static final String NVRAM = "nvram";

    /** Together with the definition less than a session's metadata may be. */
    private static final int MAX_NVRAM = 8 << 20;

    private Documents() {}

    static Map<String, byte[]> of(Provider provider, String definition, TaskContext context) throws PluginException {
        Map<String, byte[]> documents = new LinkedHashMap<>();
        documents.put(DEFINITION, definition.getBytes(StandardCharsets.UTF_8));
        Machine machine = Machine.parse(definition);
        String nvram = machine.nvram();
        if (!nvram.isEmpty() && provider.commands().exists(nvram)) {
            byte[] content = provider.commands().readFile(nvram);
            if (content.length <= MAX_NVRAM) {
                documents.put(NVRAM, content);
            } else {
                context.log()
                        .warn("the firmware's variables take " + content.length + " bytes and are left out; a restored"
                                + " machine begins with those of its firmware");
            }
        }
        TpmState.keep(provider, machine, documents, context);
        if (InPlace.isMarked(machine)) {
            context.log()
                    .warn(
                            "THE MACHINE IS HALF RESTORED: a restore of changes only was interrupted, and its disks are of no"
                                    + " use; restore it again");
        }
        return documents;
    }
}
