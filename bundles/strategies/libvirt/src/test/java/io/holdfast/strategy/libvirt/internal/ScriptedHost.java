package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.transport.nbd.NbdClient;
import io.holdfast.transport.nbd.NbdConnectOptions;
import io.holdfast.transport.nbd.server.NbdExport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A host that answers by what a command contains, and keeps every argument vector. */
class ScriptedHost implements Host {

    private final Map<String, Output> answers = new LinkedHashMap<>();
    private final List<List<String>> commands = new ArrayList<>();

    ScriptedHost answer(String contains, String out) {
        answers.put(contains, new Output(0, out.getBytes(StandardCharsets.UTF_8), ""));
        return this;
    }

    ScriptedHost fail(String contains, int exit, String err) {
        answers.put(contains, new Output(exit, new byte[0], err));
        return this;
    }

    List<List<String>> commands() {
        return commands;
    }

    @Override
    public Output run(List<String> argv, byte[] input, Duration limit) {
        commands.add(argv);
        String all = String.join(" ", argv);
        return answers.entrySet().stream()
                .filter(answer -> all.contains(answer.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseGet(() -> new Output(0, new byte[0], ""));
    }

    @Override
    public NbdClient nbd(String socket, NbdConnectOptions options) throws PluginException {
        throw new PluginException(ErrorKind.UNSUPPORTED, "a scripted host serves no disks");
    }

    @Override
    public DiskService serve(String socket, NbdExport export) throws PluginException {
        throw new PluginException(ErrorKind.UNSUPPORTED, "a scripted host is given no disks");
    }

    @Override
    public HostStream loopback(int port) throws PluginException {
        throw new PluginException(ErrorKind.NOT_FOUND, "nobody listens on a scripted host");
    }

    @Override
    public String name() {
        return "host7";
    }

    @Override
    public void close() {
        // nothing is held
    }
}
