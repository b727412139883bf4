package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks at the ports of a guest through the forwards of its {@link ProofNetwork}. QEMU takes a connection to a forward before it asks the guest,
 * so that only what comes from the guest counts, or that QEMU calls the connection established (monitor command {@code info usernet}).
 */
final class ProofForwards {

    /** A line of libslirp's {@code slirp_connection_info}: state, descriptor, source and port, destination and port. */
    private static final Pattern CONNECTION =
            Pattern.compile("TCP\\[([A-Z0-9_]+)\\]\\s+\\S+\\s+(\\S+)\\s+(\\d{1,5})\\s+(\\S+)\\s+(\\d{1,5})\\b");

    private static final long SILENCE_MILLIS = 700;
    private static final long GREETING_MILLIS = 5_000;

    private final Provider provider;
    private final String uuid;
    private final ProofNetwork network;
    private final Map<Integer, Integer> forwards = new TreeMap<>();

    ProofForwards(Provider provider, String uuid, ProofNetwork network) {
        this.provider = provider;
        this.uuid = uuid;
        this.network = network;
    }

    /** Finds the ports of the host that QEMU has chosen. */
    void find() throws PluginException {
        for (Matcher line : connections("HOST_FORWARD")) {
            if (line.group(2).equals("127.0.0.1")) {
                forwards.put(Integer.parseInt(line.group(5)), Integer.parseInt(line.group(3)));
            }
        }
        for (ProofPort port : network.ports()) {
            if (!forwards.containsKey(port.number())) {
                throw new PluginException(
                        ErrorKind.UNSUPPORTED,
                        "QEMU on " + provider.host().name() + " has not made the forward to port " + port.number()
                                + " of the guest");
            }
        }
    }

    /** The ports of the host's loopback, by the guest's. */
    Map<Integer, Integer> ports() {
        return Map.copyOf(forwards);
    }

    private List<Matcher> connections(String state) throws PluginException {
        List<Matcher> found = new ArrayList<>();
        String said = provider.virsh()
                .must(
                        "cannot see the network of machine " + uuid,
                        "qemu-monitor-command",
                        "--hmp",
                        "--domain=" + uuid,
                        "--cmd=info usernet");
        for (String line : said.lines().toList()) {
            Matcher matcher = CONNECTION.matcher(line);
            if (matcher.find()
                    && matcher.group(1).equals(state)
                    && matcher.group(4).equals(network.guest().toString())) {
                found.add(matcher);
            }
        }
        return found;
    }

    List<ProofCheck> checks() {
        return network.ports().stream()
                .map(port -> (ProofCheck) () -> look(port))
                .toList();
    }

    private ProofCheck.Look look(ProofPort port) throws PluginException {
        int forward = forwards.getOrDefault(port.number(), 0);
        try (HostStream stream = provider.host().loopback(forward)) {
            Said said = said(port, stream);
            if (!port.greeting().isEmpty()) {
                return greeted(port, said.text());
            }
            return !said.text().isEmpty() || !said.ended() && established(forward)
                    ? ProofCheck.Look.passed("port " + port.number() + " answers")
                    : ProofCheck.Look.missing("port " + port.number() + " does not answer");
        } catch (PluginException e) {
            if (e.kind() == ErrorKind.NOT_FOUND) { // QEMU has ended
                return ProofCheck.Look.missing("port " + port.number() + " does not answer");
            }
            throw e;
        }
    }

    private boolean established(int forward) throws PluginException {
        return connections("ESTABLISHED").stream()
                .anyMatch(line -> line.group(3).equals(Integer.toString(forward)));
    }

    private static ProofCheck.Look greeted(ProofPort port, String said) {
        String name = "port " + port.number();
        if (said.equals(port.greeting())) {
            return ProofCheck.Look.passed(name + " says " + Commands.printable(port.greeting()));
        }
        String wanted = "' and not '" + Commands.printable(port.greeting()) + "'";
        return ProofCheck.Look.missing(
                said.isEmpty() ? name + " says nothing" : name + " says '" + Commands.printable(said) + wanted);
    }

    /** The beginning of what has come, and whether nothing will come any more. */
    private record Said(String text, boolean ended) {}

    private static Said said(ProofPort port, HostStream stream) throws PluginException {
        byte[] greeting = port.greeting().getBytes(StandardCharsets.UTF_8);
        Listener listener = new Listener(stream.input(), Math.max(1, greeting.length));
        Thread thread = new Thread(listener, "libvirt-proof-port-" + port.number());
        thread.setDaemon(true);
        thread.start();
        try {
            boolean ended =
                    listener.over.await(greeting.length > 0 ? GREETING_MILLIS : SILENCE_MILLIS, TimeUnit.MILLISECONDS);
            return new Said(listener.text(), ended);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException(ErrorKind.CANCELLED, "interrupted while a port was looked at", e);
        }
    }

    /** Reads until it has enough, or its stream has ended or is closed. */
    private static final class Listener implements Runnable {
        private final InputStream input;
        private final int enough;
        private final ByteArrayOutputStream read = new ByteArrayOutputStream();
        private final CountDownLatch over = new CountDownLatch(1);

        private Listener(InputStream input, int enough) {
            this.input = input;
            this.enough = enough;
        }

        @Override
        public void run() {
            byte[] buffer = new byte[enough];
            try {
                while (read.size() < enough) {
                    int length = input.read(buffer, 0, enough - read.size());
                    if (length < 0) {
                        break;
                    }
                    read.write(buffer, 0, length);
                }
            } catch (IOException e) {
                // reset by the guest, or closed by us
            } finally {
                over.countDown();
            }
        }

        private String text() {
            return read.toString(StandardCharsets.UTF_8);
        }
    }
}
