package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.strategy.DiskTarget;
import io.holdfast.transport.nbd.NbdClient;
import io.holdfast.transport.nbd.NbdConnectOptions;

/** Images that a restore makes. */
final class NewImages {

    /** Nobody else may read it from the beginning. */
    private static final String CREATE =
            "install -m 600 /dev/null \"$1\" && exec qemu-img create -q -f \"$2\" -- \"$1\" \"$3\"";

    private final Provider provider;
    private final TaskContext context;
    private final String directory;
    private final ImageServers servers;
    private final NbdConnections connections;

    NewImages(
            Provider provider,
            TaskContext context,
            String directory,
            ImageServers servers,
            NbdConnections connections) {
        this.provider = provider;
        this.context = context;
        this.directory = directory;
        this.servers = servers;
        this.connections = connections;
    }

    /** Makes an image and opens it. */
    DiskTarget open(String name, long size, Place place, int number, Runnable whenComplete) throws PluginException {
        create(place, size);
        servers.start(number, place.path(), place.format(), false);
        NbdClient client = connections.connect(servers.socket(number), "", NbdConnectOptions.BASE_ALLOCATION);
        if (place.block()) {
            // a new volume has what was stored there before: what is not written must be made zeroes
            return new DifferentialTarget(
                    name, client, context.cancellation(), new Volume(number, place, whenComplete));
        }
        return new ImageTarget(
                name,
                client,
                context.cancellation(),
                () -> {
                    servers.stop(number);
                    whenComplete.run();
                },
                () -> discard(number, place));
    }

    private void create(Place place, long size) throws PluginException {
        if (place.inPool()) {
            new Pools(provider).create(place, size, directory);
            return;
        }
        String what = "cannot make the image " + Commands.printable(place.path());
        Commands commands = provider.commands();
        commands.mustScript(what, new byte[0], CREATE, place.path(), place.format(), Long.toString(size));
    }

    static void remove(Provider provider, Place place) throws PluginException {
        if (place.inPool()) {
            new Pools(provider).delete(place.pool(), place.volume());
        } else {
            provider.commands().removeFile(place.path());
        }
    }

    private void discard(int number, Place place) {
        try {
            servers.stop(number);
            remove(provider, place);
        } catch (PluginException e) {
            context.log().warn("an unfinished image is left for later removal: " + e.getMessage());
        }
    }

    private final class Volume implements DifferentialTarget.Owner {

        private final int number;
        private final Place place;
        private final Runnable whenComplete;

        Volume(int number, Place place, Runnable whenComplete) {
            this.number = number;
            this.place = place;
            this.whenComplete = whenComplete;
        }

        @Override
        public void beforeFirstWrite() {
            // nobody uses it yet
        }

        @Override
        public void completed(long written) throws PluginException {
            servers.stop(number);
            whenComplete.run();
        }

        @Override
        public void abandoned() {
            discard(number, place);
        }
    }
}
