package io.holdfast.strategy.libvirt.internal;

import io.holdfast.transport.nbd.NbdClient;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/** A host as a node sees it that is killed after a number of commands: the last one is done, but nobody hears of it. */
final class DyingNode {

    /** Nothing catches it, so that nothing is cleared up. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1;

        Killed() {
            super("kill -9");
        }
    }

    private final Host host;
    private final List<NbdClient> connections = new ArrayList<>();
    private String last = "";
    private int left;

    private DyingNode(Host host, int commands) {
        this.host = host;
        this.left = commands;
    }

    static Host after(int commands, Host host) {
        return of(new DyingNode(host, commands));
    }

    /** One that is killed after the first command that has this word. */
    static Host afterCommand(String word, Host host) {
        DyingNode node = new DyingNode(host, Integer.MAX_VALUE);
        node.last = word;
        return of(node);
    }

    private boolean isLast(Object[] arguments) {
        return arguments != null && arguments[0] instanceof List<?> argv && argv.contains(last);
    }

    private static Host of(DyingNode node) {
        return (Host) Proxy.newProxyInstance(
                DyingNode.class.getClassLoader(), new Class<?>[] {Host.class}, (proxy, method, arguments) -> {
                    boolean counts = !method.getName().equals("name")
                            && !method.getName().equals("close");
                    if (counts && node.left <= 0) {
                        throw new Killed();
                    }
                    Object result;
                    try {
                        result = method.invoke(node.host, arguments);
                    } catch (InvocationTargetException e) {
                        result = e.getCause();
                    }
                    if (result instanceof NbdClient connection) {
                        node.connections.add(connection);
                    }
                    if (counts && (--node.left == 0 || node.isLast(arguments))) {
                        node.left = 0;
                        node.connections.forEach(NbdClient::close); // as the kernel does
                        throw new Killed();
                    }
                    if (result instanceof Throwable failure) {
                        throw failure;
                    }
                    return result;
                });
    }
}
