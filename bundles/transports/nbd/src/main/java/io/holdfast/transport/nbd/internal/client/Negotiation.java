package io.holdfast.transport.nbd.internal.client;

import static io.holdfast.transport.nbd.internal.Proto.*;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.transport.nbd.NbdConnectOptions;
import io.holdfast.transport.nbd.NbdExportInfo;
import io.holdfast.transport.nbd.NbdListedExport;
import io.holdfast.transport.nbd.internal.Link;
import io.holdfast.transport.nbd.internal.Tls;
import io.holdfast.transport.nbd.internal.WireInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The handshake and the haggling over options, sections "Handshake" and "Option types". */
final class Negotiation {

    private static final int MAX_LISTED = 65536;
    private static final int MAX_INFOS = 64;
    private static final int MAX_REPLY = 65536;

    private final String what;
    private final NbdConnectOptions options;
    private final @Nullable String tlsName;
    private Link link;
    private WireInput in;
    private boolean noZeroes;

    /** @param tlsName what the server's certificate must be made for */
    Negotiation(String what, Link link, NbdConnectOptions options, @Nullable String tlsName) {
        this.what = what;
        this.link = link;
        this.in = new WireInput(link);
        this.options = options;
        this.tlsName = tlsName;
    }

    /** Opens the export for transmission. */
    Session open() throws IOException, PluginException {
        begin();
        boolean structured = accepted(OPT_STRUCTURED_REPLY);
        Map<String, Integer> contexts = new LinkedHashMap<>();
        if (structured && !options.contexts().isEmpty()) {
            metaContexts(OPT_SET_META_CONTEXT, (id, name) -> {
                if (options.contexts().contains(name)) {
                    contexts.put(name, id);
                }
            });
        }
        NbdExportInfo info = go();
        return new Session(link, in, info, Map.copyOf(contexts), structured);
    }

    /** The list of exports. */
    List<NbdListedExport> list() throws IOException, PluginException {
        begin();
        send(OPT_LIST, ByteBuffer.allocate(0));
        var exports = new ArrayList<NbdListedExport>();
        for (Reply reply = reply(OPT_LIST); reply.type != REP_ACK; reply = reply(OPT_LIST)) {
            reply.expect(REP_SERVER);
            if (exports.size() == MAX_LISTED) {
                throw new Violation("its list of exports does not end");
            }
            int nameLength = reply.bounded(4, in.uint32());
            String name = in.string(nameLength);
            exports.add(new NbdListedExport(name, in.string(reply.length - 4 - nameLength)));
        }
        abort();
        return List.copyOf(exports);
    }

    /** The names of the export's contexts that match the options' queries. */
    List<String> listContexts() throws IOException, PluginException {
        begin();
        if (!accepted(OPT_STRUCTURED_REPLY)) {
            abort();
            return List.of();
        }
        var names = new ArrayList<String>();
        metaContexts(OPT_LIST_META_CONTEXT, (id, name) -> names.add(name));
        abort();
        return List.copyOf(names);
    }

    private void begin() throws IOException, PluginException {
        if (in.int64() != NBDMAGIC) {
            throw new Violation("it does not begin as an NBD server does");
        }
        if (in.int64() != IHAVEOPT) {
            throw unsupported("the server speaks the oldstyle protocol only");
        }
        int flags = in.uint16();
        if ((flags & FLAG_FIXED_NEWSTYLE) == 0) {
            throw unsupported("the server does not speak the fixed newstyle protocol");
        }
        noZeroes = (flags & FLAG_NO_ZEROES) != 0;
        int answer = FLAG_FIXED_NEWSTYLE | (noZeroes ? FLAG_NO_ZEROES : 0);
        link.write(ByteBuffer.allocate(4).putInt(answer).flip());
        if (options.tls() != null) {
            startTls();
        }
    }

    private void startTls() throws IOException, PluginException {
        send(OPT_STARTTLS, ByteBuffer.allocate(0));
        Reply reply = reply(OPT_STARTTLS);
        if (reply.isError()) {
            throw unsupported("TLS is required and the server does not offer it");
        }
        reply.expectEmptyAck();
        if (in.hasUnread()) {
            // whoever sits in between could have put it there
            throw new Violation("it sends data in the clear after it has agreed to TLS");
        }
        link = Tls.client(link, Objects.requireNonNull(options.tls()), tlsName);
        in = new WireInput(link);
    }

    private boolean accepted(int option) throws IOException, PluginException {
        send(option, ByteBuffer.allocate(0));
        Reply reply = reply(option);
        if (reply.type == REP_ERR_UNSUP || reply.type == REP_ERR_POLICY || reply.type == REP_ERR_INVALID) {
            return false;
        }
        reply.throwIfError();
        reply.expectEmptyAck();
        return true;
    }

    private interface ContextSink {
        void accept(int id, String name);
    }

    private void metaContexts(int option, ContextSink sink) throws IOException, PluginException {
        byte[] name = utf8(options.exportName());
        List<byte[]> queries =
                options.contexts().stream().map(Negotiation::utf8).toList();
        int size =
                8 + name.length + queries.stream().mapToInt(it -> 4 + it.length).sum();
        ByteBuffer data =
                ByteBuffer.allocate(size).putInt(name.length).put(name).putInt(queries.size());
        queries.forEach(it -> data.putInt(it.length).put(it));
        send(option, data.flip());
        int count = 0;
        for (Reply reply = reply(option); reply.type != REP_ACK; reply = reply(option)) {
            if (reply.type == REP_ERR_UNSUP) {
                return;
            }
            reply.throwIfError();
            reply.expect(REP_META_CONTEXT);
            if (reply.length < 4 || reply.length > 4 + MAX_STRING || ++count > MAX_LISTED) {
                throw new Violation("a metadata context of " + reply.length + " bytes, the " + count + "th");
            }
            int id = in.int32();
            sink.accept(id, in.string(reply.length - 4));
        }
    }

    private NbdExportInfo go() throws IOException, PluginException {
        byte[] name = utf8(options.exportName());
        send(
                OPT_GO,
                ByteBuffer.allocate(8 + name.length)
                        .putInt(name.length)
                        .put(name)
                        .putShort((short) 1)
                        .putShort((short) INFO_BLOCK_SIZE)
                        .flip());
        var infos = new ExportInfos();
        int count = 0;
        for (Reply reply = reply(OPT_GO); reply.type != REP_ACK; reply = reply(OPT_GO)) {
            if (reply.type == REP_ERR_UNSUP) {
                return exportName(name);
            }
            reply.throwIfError();
            reply.expect(REP_INFO);
            if (reply.length < 2 || ++count > MAX_INFOS) {
                throw new Violation("information of " + reply.length + " bytes, the " + count + "th");
            }
            infos.read(in, reply.length);
        }
        return infos.result();
    }

    /** The way of servers that know no GO. One that does not know the export just hangs up. */
    private NbdExportInfo exportName(byte[] name) throws IOException {
        send(OPT_EXPORT_NAME, ByteBuffer.wrap(name));
        var infos = new ExportInfos();
        infos.export(in.int64(), in.uint16());
        if (!noZeroes) {
            in.skip(124);
        }
        return infos.result();
    }

    private void abort() throws IOException {
        send(OPT_ABORT, ByteBuffer.allocate(0));
    }

    private void send(int option, ByteBuffer data) throws IOException {
        ByteBuffer header =
                ByteBuffer.allocate(16).putLong(IHAVEOPT).putInt(option).putInt(data.remaining());
        link.write(header.flip(), data);
    }

    private Reply reply(int option) throws IOException {
        long magic = in.int64();
        int answered = in.int32();
        int type = in.int32();
        long length = in.uint32();
        if (magic != OPTION_REPLY_MAGIC || answered != option || length > MAX_REPLY) {
            throw new Violation("an invalid answer to option " + option);
        }
        String text = "";
        if ((type & REP_ERR) != 0) {
            int kept = (int) Math.min(length, MAX_STRING);
            text = in.string(kept);
            in.skip(length - kept);
        } else if (type == REP_ACK) {
            in.skip(length);
        }
        return new Reply(type, (int) length, text);
    }

    private final class Reply {

        private final int type;
        private final int length;
        private final String text;

        Reply(int type, int length, String text) {
            this.type = type;
            this.length = length;
            this.text = text;
        }

        boolean isError() {
            return (type & REP_ERR) != 0;
        }

        void throwIfError() throws PluginException {
            if (isError()) {
                throw Failures.ofOption(what, type, text);
            }
        }

        void expect(int wanted) throws IOException, PluginException {
            throwIfError();
            if (type != wanted) {
                throw new Violation("option reply " + type + " in place of " + wanted);
            }
        }

        void expectEmptyAck() throws IOException, PluginException {
            expect(REP_ACK);
            if (length != 0) {
                throw new Violation("an acknowledgement with data");
            }
        }

        int bounded(int before, long claimed) throws Violation {
            if (length < before || claimed > length - before || claimed > MAX_STRING) {
                throw new Violation("a string of " + claimed + " bytes in a reply of " + length);
            }
            return (int) claimed;
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private PluginException unsupported(String why) {
        return new PluginException(ErrorKind.UNSUPPORTED, what + ": " + why);
    }
}
