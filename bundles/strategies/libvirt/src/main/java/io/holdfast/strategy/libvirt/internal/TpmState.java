package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TaskContext;
import java.util.Map;
import java.util.Optional;

/**
 * The state of an emulated TPM: a file that swtpm replaces as a whole whenever something in it changes, so that it can be read
 * while the machine runs. Where it is and what it is called is in libvirt's src/qemu/qemu_tpm.c and swtpm's swtpm_nvstore_dir.c.
 *
 * @param version as the definition says it
 * @param source the directory or file that the definition names; empty for libvirt's own place
 * @param encrypted whether swtpm has encrypted it with a secret of the host
 */
record TpmState(String version, String source, boolean encrypted) {

    /** The document in which it is kept. */
    static final String DOCUMENT = "tpm";

    private static final String ROOT = "/var/lib/libvirt/swtpm";
    private static final String CONFIGURATION = "/etc/libvirt/qemu.conf";
    private static final int MAX = 2 << 20;
    /** The user that swtpm runs as unless the configuration says otherwise, if there is one; otherwise root. */
    private static final String USER = "tss";

    /** The emulated TPM of a machine; empty if it has none, or one of the host's. */
    static Optional<TpmState> of(Machine machine) {
        return machine.devices("tpm").stream()
                .map(tpm -> Xml.child(tpm, "backend"))
                .filter(backend ->
                        backend != null && backend.getAttribute("type").equals("emulator"))
                .map(backend -> {
                    String source = Xml.attribute(backend, "source", "path");
                    return new TpmState(
                            backend.getAttribute("version"), source, Xml.child(backend, "encryption") != null);
                })
                .findFirst();
    }

    private boolean old() {
        return version.startsWith("1.");
    }

    /** The file that keeps it. */
    String file(String uuid) {
        if (!source.isEmpty()) {
            return source.endsWith(".permall") ? source : source + "/" + fileName();
        }
        return ROOT + "/" + uuid + (old() ? "/tpm1.2/" : "/tpm2/") + fileName();
    }

    private String fileName() {
        return old() ? "tpm-00.permall" : "tpm2-00.permall";
    }

    /** Adds it to what is kept of a machine, or says why not. */
    static void keep(Provider provider, Machine machine, Map<String, byte[]> documents, TaskContext context)
            throws PluginException {
        Optional<TpmState> state = of(machine);
        if (state.isEmpty()) {
            if (!machine.devices("tpm").isEmpty()) {
                context.log()
                        .warn(
                                "the machine uses a TPM of the host, which cannot be backed up; keep recovery keys of what"
                                        + " it unlocks");
            }
            return;
        }
        String file = state.get().file(machine.uuid());
        if (!provider.commands().exists(file)) {
            context.log()
                    .warn("the TPM of the machine has no state in " + Commands.printable(file)
                            + ": it was never started, or keeps it elsewhere; nothing of the TPM is kept");
            return;
        }
        byte[] content = provider.commands().readFile(file);
        if (content.length > MAX) {
            context.log().warn("the state of the TPM takes " + content.length + " bytes and is left out");
            return;
        }
        documents.put(DOCUMENT, content);
        if (state.get().encrypted()) {
            context.log()
                    .warn("the state of the TPM is encrypted with a secret of libvirt that is not backed up; keep it");
        }
    }

    /** Writes the state beside the place where it belongs; {@link #activate} puts it there. */
    static void stage(Provider provider, String file, String staged, byte[] content) throws PluginException {
        Commands commands = provider.commands();
        String directory = ImportPlan.parent(file);
        String what = "cannot make the directory of the TPM's state " + Commands.printable(directory);
        commands.must(what, "mkdir", "-p", "-m", "700", "--", directory);
        commands.writeFile(staged, content);
        String user = user(commands);
        if (!user.isEmpty()) {
            // libvirt gives the directory to swtpm's user when the machine starts, but no file that is in it already
            commands.run("chown", user + ":", "--", directory, staged);
        }
    }

    /** The user that swtpm runs as; empty if it is the one who is logged in. */
    private static String user(Commands commands) throws PluginException {
        Host.Output configured =
                commands.run("sed", "-n", "-E", "s/^ *swtpm_user *= *\"([^\"]*)\".*/\\1/p", CONFIGURATION);
        String name = configured.good() ? configured.text().strip() : "";
        String user = name.isEmpty() ? USER : name;
        return user.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*")
                        && commands.run("id", "-u", user).good()
                ? user
                : "";
    }

    static void activate(Provider provider, ImportPlan.Staged state) throws PluginException {
        provider.commands()
                .must(
                        "cannot put the TPM's state into its place",
                        "mv",
                        "-f",
                        "-T",
                        "--",
                        state.staged(),
                        state.path());
    }
}
