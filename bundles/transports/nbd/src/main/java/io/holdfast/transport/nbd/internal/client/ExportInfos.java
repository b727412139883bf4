package io.holdfast.transport.nbd.internal.client;

import static io.holdfast.transport.nbd.internal.Proto.*;

import io.holdfast.transport.nbd.NbdExportInfo;
import io.holdfast.transport.nbd.internal.WireInput;
import java.io.IOException;

/** Collects and checks what a server says of an export, sections "NBD_REP_INFO" and "Size constraints". */
final class ExportInfos {

    private static final int LARGEST_MIN = 64 << 10;

    private long size = -1;
    private int flags;
    private long min = 1;
    private long preferred = 4096;
    private long max = DEFAULT_MAX_BLOCK;

    void read(WireInput in, int length) throws IOException {
        int type = in.uint16();
        if (type == INFO_EXPORT && length == 12) {
            export(in.int64(), in.uint16());
        } else if (type == INFO_BLOCK_SIZE && length == 14) {
            blocks(in.uint32(), in.uint32(), in.uint32());
        } else if (type == INFO_EXPORT || type == INFO_BLOCK_SIZE) {
            throw new Violation("information " + type + " of " + length + " bytes");
        } else {
            in.skip(length - 2);
        }
    }

    void export(long bytes, int transmissionFlags) throws Violation {
        if (bytes < 0 || (transmissionFlags & TX_HAS_FLAGS) == 0) {
            throw new Violation("an export of " + Long.toUnsignedString(bytes) + " bytes, flags " + transmissionFlags);
        }
        size = bytes;
        flags = transmissionFlags;
    }

    private void blocks(long minimum, long wanted, long maximum) throws Violation {
        boolean powers = Long.bitCount(minimum) == 1 && Long.bitCount(wanted) == 1;
        boolean whole = maximum == 0xffffffffL || (minimum > 0 && maximum % minimum == 0);
        if (!powers || minimum > LARGEST_MIN || wanted < minimum || maximum < wanted || !whole) {
            throw new Violation("impossible block sizes " + minimum + ", " + wanted + ", " + maximum);
        }
        min = minimum;
        preferred = wanted;
        max = maximum;
    }

    NbdExportInfo result() throws Violation {
        if (size < 0) {
            throw new Violation("it does not tell the export's size");
        }
        boolean readOnly = has(TX_READ_ONLY);
        return new NbdExportInfo(
                size,
                readOnly,
                has(TX_SEND_FLUSH),
                has(TX_SEND_TRIM) && !readOnly,
                has(TX_SEND_WRITE_ZEROES) && !readOnly,
                has(TX_CAN_MULTI_CONN),
                (int) min,
                (int) Math.min(preferred, 1 << 30),
                (int) Math.min(max, DEFAULT_MAX_BLOCK));
    }

    private boolean has(int flag) {
        return (flags & flag) != 0;
    }
}
