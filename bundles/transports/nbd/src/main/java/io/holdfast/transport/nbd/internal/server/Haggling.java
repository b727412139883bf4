package io.holdfast.transport.nbd.internal.server;

import static io.holdfast.transport.nbd.internal.Proto.*;

import io.holdfast.transport.nbd.internal.Link;
import io.holdfast.transport.nbd.internal.Tls;
import io.holdfast.transport.nbd.internal.WireInput;
import io.holdfast.transport.nbd.server.NbdExport;
import io.holdfast.transport.nbd.server.NbdServerOptions;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The server's side of the handshake, sections "Fixed newstyle negotiation" and "Option types". */
final class Haggling {

    static final int MAX_BLOCK = 32 << 20;
    private static final int MAX_OPTION = 64 << 10;
    private static final int MAX_OPTIONS = 1000;
    private static final int ALLOCATION_ID = 1;

    private final Exports exports;
    private final NbdServerOptions options;
    private Link link;
    private WireInput in;
    private boolean tls;
    private boolean structured;
    private boolean noZeroes;
    private @Nullable String allocationOf;

    Haggling(Link link, Exports exports, NbdServerOptions options) {
        this.link = link;
        this.in = new WireInput(link);
        this.exports = exports;
        this.options = options;
    }

    /** Until the client has chosen; null if it has gone. */
    @Nullable
    Chosen run() throws IOException {
        link.write(ByteBuffer.allocate(18)
                .putLong(NBDMAGIC)
                .putLong(IHAVEOPT)
                .putShort((short) (FLAG_FIXED_NEWSTYLE | FLAG_NO_ZEROES))
                .flip());
        int flags = in.int32();
        if ((flags & FLAG_FIXED_NEWSTYLE) == 0 || (flags & ~(FLAG_FIXED_NEWSTYLE | FLAG_NO_ZEROES)) != 0) {
            return null;
        }
        noZeroes = (flags & FLAG_NO_ZEROES) != 0;
        for (int count = 0; count < MAX_OPTIONS; count++) {
            long magic = in.int64();
            int option = in.int32();
            long length = in.uint32();
            if (magic != IHAVEOPT || length > MAX_OPTION) {
                return null;
            }
            ByteBuffer data = ByteBuffer.allocate((int) length);
            in.transfer(length, data::put);
            data.flip();
            if (option == OPT_ABORT) {
                reply(option, REP_ACK);
                return null;
            }
            if (option == OPT_EXPORT_NAME) {
                return exportName(data);
            }
            Chosen chosen = answer(option, data);
            if (chosen != null) {
                return chosen;
            }
        }
        return null;
    }

    private @Nullable Chosen answer(int option, ByteBuffer data) throws IOException {
        if (options.tls() != null && !tls && option != OPT_STARTTLS) {
            reply(option, REP_ERR_TLS_REQD);
            return null;
        }
        try {
            switch (option) {
                case OPT_STARTTLS -> startTls(data);
                case OPT_STRUCTURED_REPLY -> {
                    structured |= !data.hasRemaining();
                    reply(option, data.hasRemaining() ? REP_ERR_INVALID : REP_ACK);
                }
                case OPT_LIST -> list(data);
                case OPT_LIST_META_CONTEXT, OPT_SET_META_CONTEXT -> contexts(option, data);
                case OPT_INFO, OPT_GO -> {
                    return info(option, data);
                }
                default -> reply(option, REP_ERR_UNSUP);
            }
        } catch (BufferUnderflowException e) {
            reply(option, REP_ERR_INVALID);
        }
        return null;
    }

    private void startTls(ByteBuffer data) throws IOException {
        if (options.tls() == null) {
            reply(OPT_STARTTLS, REP_ERR_UNSUP);
        } else if (tls || data.hasRemaining() || in.hasUnread()) {
            reply(OPT_STARTTLS, REP_ERR_INVALID);
        } else {
            reply(OPT_STARTTLS, REP_ACK);
            link = Tls.server(link, options.tls(), options.clientCertificates());
            in = new WireInput(link);
            tls = true;
            structured = false;
            allocationOf = null;
        }
    }

    private void list(ByteBuffer data) throws IOException {
        if (data.hasRemaining()) {
            reply(OPT_LIST, REP_ERR_INVALID);
            return;
        }
        for (String name : exports.names()) {
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            reply(
                    OPT_LIST,
                    REP_SERVER,
                    ByteBuffer.allocate(4 + bytes.length).putInt(bytes.length).put(bytes));
        }
        reply(OPT_LIST, REP_ACK);
    }

    private void contexts(int option, ByteBuffer data) throws IOException {
        String name = string(data);
        int count = data.getInt();
        List<String> queries = new ArrayList<>();
        for (int i = 0; i < count && i < MAX_OPTION / 4; i++) {
            queries.add(string(data));
        }
        boolean set = option == OPT_SET_META_CONTEXT;
        if (set) {
            allocationOf = null;
        }
        if (!structured || count < 0 || data.hasRemaining()) {
            reply(option, REP_ERR_INVALID);
            return;
        }
        if (exports.find(name) == null) {
            reply(option, REP_ERR_UNKNOWN);
            return;
        }
        for (String context : Exports.CONTEXTS) {
            boolean listed = !set && (queries.isEmpty() || queries.contains("base:"));
            if (listed || queries.contains(context)) {
                byte[] bytes = context.getBytes(StandardCharsets.UTF_8);
                reply(
                        option,
                        REP_META_CONTEXT,
                        ByteBuffer.allocate(4 + bytes.length)
                                .putInt(set ? ALLOCATION_ID : 0)
                                .put(bytes));
                allocationOf = set ? name : allocationOf;
            }
        }
        reply(option, REP_ACK);
    }

    private @Nullable Chosen info(int option, ByteBuffer data) throws IOException {
        String name = string(data);
        int count = data.getShort() & 0xffff;
        if (data.remaining() != 2 * count) {
            reply(option, REP_ERR_INVALID);
            return null;
        }
        NbdExport export = exports.find(name);
        if (export == null) {
            reply(option, REP_ERR_UNKNOWN);
            return null;
        }
        reply(
                option,
                REP_INFO,
                ByteBuffer.allocate(12)
                        .putShort((short) INFO_EXPORT)
                        .putLong(export.size())
                        .putShort((short) flags(export)));
        reply(
                option,
                REP_INFO,
                ByteBuffer.allocate(14)
                        .putShort((short) INFO_BLOCK_SIZE)
                        .putInt(1)
                        .putInt(64 << 10)
                        .putInt(MAX_BLOCK));
        reply(option, REP_ACK);
        return option == OPT_GO ? chosen(name, export) : null;
    }

    private @Nullable Chosen exportName(ByteBuffer data) throws IOException {
        String name = StandardCharsets.UTF_8.decode(data).toString();
        NbdExport export = exports.find(name);
        if (export == null || (options.tls() != null && !tls)) {
            return null; // the protocol has no other way to refuse
        }
        link.write(ByteBuffer.allocate(noZeroes ? 10 : 134)
                .putLong(export.size())
                .putShort((short) flags(export))
                .rewind());
        return chosen(name, export);
    }

    private Chosen chosen(String name, NbdExport export) {
        return new Chosen(link, in, name, export, structured, name.equals(allocationOf));
    }

    private int flags(NbdExport export) {
        int writing =
                export.writable() ? TX_SEND_FLUSH | TX_SEND_FUA | TX_SEND_TRIM | TX_SEND_WRITE_ZEROES : TX_READ_ONLY;
        return TX_HAS_FLAGS | TX_CAN_MULTI_CONN | writing | (structured ? TX_SEND_DF : 0);
    }

    private static String string(ByteBuffer data) {
        int length = data.getInt();
        if (length < 0 || length > MAX_STRING) {
            throw new BufferUnderflowException();
        }
        var bytes = new byte[length];
        data.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void reply(int option, int type) throws IOException {
        reply(option, type, ByteBuffer.allocate(0));
    }

    private void reply(int option, int type, ByteBuffer data) throws IOException {
        data.flip();
        ByteBuffer header = ByteBuffer.allocate(20)
                .putLong(OPTION_REPLY_MAGIC)
                .putInt(option)
                .putInt(type)
                .putInt(data.remaining());
        link.write(header.flip(), data);
    }
}
