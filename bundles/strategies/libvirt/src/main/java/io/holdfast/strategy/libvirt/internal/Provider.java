package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.PluginContext;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What every operation on a host needs.
 *
 * @param host where programs run
 * @param virsh libvirt's client there
 * @param commands other programs there
 * @param scratch the directory for sockets and overwritten blocks
 * @param checkpoints of the machines
 * @param plugin whose things are made
 * @param random for names that cannot be guessed
 */
record Provider(
        Host host,
        Virsh virsh,
        Commands commands,
        ScratchSpace scratch,
        Checkpoints checkpoints,
        PluginContext plugin,
        SecureRandom random) {

    /** The detail of an entry in the journal that says on which host it is. */
    static final String HOST = "host";

    static Provider of(Host host, String uri, String scratchDirectory, PluginContext plugin) {
        Virsh virsh = new Virsh(host, uri);
        Commands commands = new Commands(host);
        return new Provider(
                host,
                virsh,
                commands,
                new ScratchSpace(commands, scratchDirectory),
                new Checkpoints(virsh, commands),
                plugin,
                new SecureRandom());
    }

    /** Writes down what will be made on the host. */
    SideEffectJournal.Entry record(TaskContext context, String kind, Map<String, String> details)
            throws PluginException {
        Map<String, String> all = new LinkedHashMap<>(details);
        all.put(HOST, host.name());
        return context.journal().record(kind, all);
    }

    SessionNames names(TaskContext context) {
        return new SessionNames(plugin, context, random);
    }
}
