package io.holdfast.transport.nbd;

import io.holdfast.transport.nbd.internal.Proto;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A server that does what a test tells it, right or wrong. One connection. */
final class ScriptedServer implements Closeable {

    /** What the server does after the connection is there. */
    interface Script {
        void play(Peer peer) throws IOException;
    }

    /** A request of the client. */
    record Asked(int type, long cookie, long offset, int length) {}

    static final long SIZE = 1 << 20;

    private final ServerSocket listening;
    private volatile Socket accepted;

    ScriptedServer(Script script) throws IOException {
        listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var thread = new Thread(() -> serve(script), "scripted");
        thread.setDaemon(true);
        thread.start();
    }

    NbdAddress address() {
        return NbdAddress.tcp("127.0.0.1", listening.getLocalPort());
    }

    private void serve(Script script) {
        try (Socket socket = listening.accept()) {
            accepted = socket;
            script.play(new Peer(socket));
        } catch (IOException e) {
            // the client has seen enough
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        if (accepted != null) {
            accepted.close();
        }
    }

    /** The server's end, with the right moves. */
    static final class Peer {

        final DataInputStream in;
        final DataOutputStream out;

        Peer(Socket socket) throws IOException {
            in = new DataInputStream(socket.getInputStream());
            out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
        }

        /** Until requests may come: structured replies, base:allocation as context 7, an export of SIZE bytes. */
        void negotiate() throws IOException {
            negotiate(true, new int[] {1, 4096, 32 << 20});
        }

        void negotiate(boolean structured, int[] blocks) throws IOException {
            greet();
            while (true) {
                int option = option();
                switch (option) {
                    case Proto.OPT_STRUCTURED_REPLY -> reply(option, structured ? Proto.REP_ACK : Proto.REP_ERR_UNSUP);
                    case Proto.OPT_SET_META_CONTEXT -> {
                        context(option, 7, "base:allocation");
                        reply(option, Proto.REP_ACK);
                    }
                    case Proto.OPT_GO -> {
                        export(option, SIZE, Proto.TX_HAS_FLAGS | Proto.TX_SEND_FLUSH);
                        header(option, Proto.REP_INFO, 14).writeShort(Proto.INFO_BLOCK_SIZE);
                        for (int size : blocks) {
                            out.writeInt(size);
                        }
                        reply(option, Proto.REP_ACK);
                        return;
                    }
                    default -> reply(option, Proto.REP_ERR_UNSUP);
                }
            }
        }

        void greet() throws IOException {
            out.writeLong(Proto.NBDMAGIC);
            out.writeLong(Proto.IHAVEOPT);
            out.writeShort(Proto.FLAG_FIXED_NEWSTYLE | Proto.FLAG_NO_ZEROES);
            out.flush();
            in.readInt();
        }

        /** The next option; its data are skipped. */
        int option() throws IOException {
            in.readLong();
            int option = in.readInt();
            in.skipNBytes(in.readInt());
            return option;
        }

        DataOutputStream header(int option, int type, int length) throws IOException {
            out.writeLong(Proto.OPTION_REPLY_MAGIC);
            out.writeInt(option);
            out.writeInt(type);
            out.writeInt(length);
            return out;
        }

        void reply(int option, int type) throws IOException {
            header(option, type, 0).flush();
        }

        void context(int option, int id, String name) throws IOException {
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            header(option, Proto.REP_META_CONTEXT, 4 + bytes.length).writeInt(id);
            out.write(bytes);
        }

        void export(int option, long size, int flags) throws IOException {
            header(option, Proto.REP_INFO, 12).writeShort(Proto.INFO_EXPORT);
            out.writeLong(size);
            out.writeShort(flags);
        }

        Asked request() throws IOException {
            in.readInt();
            in.readShort();
            return new Asked(in.readShort(), in.readLong(), in.readLong(), in.readInt());
        }

        /** The header of a part of a structured answer. */
        DataOutputStream chunk(long cookie, boolean done, int type, int length) throws IOException {
            out.writeInt(Proto.STRUCTURED_REPLY_MAGIC);
            out.writeShort(done ? Proto.REPLY_FLAG_DONE : 0);
            out.writeShort(type);
            out.writeLong(cookie);
            out.writeInt(length);
            return out;
        }

        void data(long cookie, boolean done, long offset, int count, int value) throws IOException {
            chunk(cookie, done, Proto.REPLY_OFFSET_DATA, 8 + count).writeLong(offset);
            var bytes = new byte[count];
            java.util.Arrays.fill(bytes, (byte) value);
            out.write(bytes);
            out.flush();
        }

        void hole(long cookie, boolean done, long offset, int count) throws IOException {
            chunk(cookie, done, Proto.REPLY_OFFSET_HOLE, 12).writeLong(offset);
            out.writeInt(count);
            out.flush();
        }

        void simple(long cookie, int errno) throws IOException {
            out.writeInt(Proto.SIMPLE_REPLY_MAGIC);
            out.writeInt(errno);
            out.writeLong(cookie);
            out.flush();
        }

        /** Reads whatever comes until the client goes. */
        void listen() throws IOException {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }
    }
}
