package io.holdfast.transport.nbd;

/**
 * What a server says of an export.
 *
 * @param size bytes
 * @param readOnly writes are refused
 * @param canFlush there is a {@link NbdClient#flush()}
 * @param canTrim there is a {@link NbdClient#trim}
 * @param canWriteZeroes there is a {@link NbdClient#writeZeroes}
 * @param canMultiConn several connections see each other's flushed writes, so that they may be used side by side
 * @param minBlock every request is aligned to it, 1 to 65536; the client takes care of that
 * @param preferredBlock smaller requests are slow
 * @param maxBlock no read or write is longer; the client takes care of that
 */
public record NbdExportInfo(
        long size,
        boolean readOnly,
        boolean canFlush,
        boolean canTrim,
        boolean canWriteZeroes,
        boolean canMultiConn,
        int minBlock,
        int preferredBlock,
        int maxBlock) {}
