package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.VerifyReport;
import io.holdfast.core.vault.VerifyReport.Finding;
import io.holdfast.core.vault.VerifyReport.State;
import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.Digests;
import io.holdfast.core.vault.internal.maintain.CopyPlan;
import io.holdfast.core.vault.internal.maintain.HealthLog;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.core.vault.internal.pack.PackTable;
import io.holdfast.core.vault.internal.pack.SealedPack;
import io.holdfast.core.vault.internal.parity.Mender;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.core.vault.internal.store.Objects;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where packs are copied from: read whole, compared with their names, and remembered if they are not good. Safe for use from any thread. */
final class CopySource {

    private static final Logger LOG = LoggerFactory.getLogger(CopySource.class);

    private final VaultCore core;
    private final TransferContext context;
    private final Set<Id> bad = new HashSet<>();
    private final Set<Id> gone = new HashSet<>();
    /** Of the bad ones those that parity did not mend, since that was asked last. */
    private final Set<Id> hopeless = new HashSet<>();

    private final List<Finding> findings = new ArrayList<>();
    private final Map<Id, Optional<State>> unrecorded = new HashMap<>();

    CopySource(VaultCore core, TransferContext context) {
        this.core = core;
        this.context = context;
    }

    VaultCore core() {
        return core;
    }

    /** Fetches a pack into a file; empty if it is damaged or not there any more, which is remembered. */
    Optional<SealedPack> fetch(CopyPlan.Part part, Path file) throws PluginException {
        MessageDigest digest = Digests.sha256();
        long length;
        try (InputStream in = core.objects()
                        .destination()
                        .read(ObjectNames.pack(part.pack()), 0, PackFormat.MAX_PACK, context);
                OutputStream out = Files.newOutputStream(file)) {
            length = transfer(in, out, digest);
        } catch (PluginException e) {
            if (e.kind() == ErrorKind.NOT_FOUND) {
                gone(part.pack());
                return Optional.empty();
            }
            throw e;
        } catch (IOException e) {
            PluginException known = Objects.translate("read pack " + part.pack(), e);
            if (known.kind() != ErrorKind.CORRUPT_DATA) {
                throw known;
            }
            length = part.size(); // the medium cannot read all of it
        }
        if (!Id.of(digest.digest()).equals(part.pack())) {
            State state = length == part.size() ? State.DAMAGED : State.TRUNCATED;
            damaged(part.pack(), state, "Read to be copied, its " + length + " bytes do not match its name.");
            return mended(part, file);
        }
        try (FileChannel channel = FileChannel.open(file)) {
            return Optional.of(PackTable.read(core.keys(), part.pack(), length, (at, n) -> range(channel, at, n)));
        } catch (IOException e) {
            throw staging(e);
        }
    }

    /** The pack as it was, where parity tells; its name proves it. */
    private Optional<SealedPack> mended(CopyPlan.Part part, Path file) throws PluginException {
        Optional<byte[]> whole = new Mender(core.objects(), core.keys()).whole(part.pack(), context);
        if (whole.isEmpty()) {
            return Optional.empty();
        }
        byte[] bytes = whole.get();
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw staging(e);
        }
        synchronized (this) {
            hopeless.remove(part.pack());
        }
        return Optional.of(PackTable.read(
                core.keys(), part.pack(), bytes.length, (at, n) -> java.util.Arrays.copyOfRange(bytes, at, at + n)));
    }

    private static long transfer(InputStream in, OutputStream out, MessageDigest digest)
            throws IOException, PluginException {
        byte[] buffer = new byte[1 << 16];
        long length = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            digest.update(buffer, 0, n);
            length += n;
            try {
                out.write(buffer, 0, n);
            } catch (IOException e) {
                throw staging(e);
            }
        }
        return length;
    }

    private static PluginException staging(IOException e) {
        return new PluginException(
                ErrorKind.QUOTA,
                "The staging directory cannot be written: " + e.getMessage() + ". Make room there.",
                e);
    }

    private static byte[] range(FileChannel channel, int at, int length) throws PluginException {
        try {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            while (bytes.hasRemaining() && channel.read(bytes, (long) at + bytes.position()) >= 0) {
                // until it is full or the file ends
            }
            return java.util.Arrays.copyOf(bytes.array(), bytes.position());
        } catch (IOException e) {
            throw staging(e);
        }
    }

    /** What a pack holds, by its own table; empty if that cannot be read. */
    Optional<SealedPack> table(CopyPlan.Part part) throws PluginException {
        try {
            return Optional.of(PackTable.read(core.keys(), part.pack(), part.size(), (at, n) -> core.objects()
                    .range(ObjectNames.pack(part.pack()), at, n, context)));
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA && e.kind() != ErrorKind.NOT_FOUND) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** A pack went since it was planned: a collection has moved what is needed of it. */
    synchronized void gone(Id pack) {
        gone.add(pack);
    }

    /** A pack is not what its name says. */
    synchronized void damaged(Id pack, State state, String message) {
        if (bad.add(pack)) {
            hopeless.add(pack);
            findings.add(new Finding(ObjectNames.pack(pack).value(), state, message));
            unrecorded.put(pack, Optional.of(state));
        }
    }

    /** Whether something was not to be had since this was asked last, so that it has to be looked for elsewhere. */
    synchronized boolean disappointed() {
        boolean again = missed();
        gone.clear();
        hopeless.clear();
        record();
        return again;
    }

    /** Whether something was not to be had so far. */
    synchronized boolean missed() {
        return !gone.isEmpty() || !hopeless.isEmpty();
    }

    /** From now on nobody relies on what is damaged; its next backup heals it. */
    private void record() {
        Map<Id, Optional<VerifyReport.State>> news = Map.copyOf(unrecorded);
        unrecorded.clear();
        if (news.isEmpty() || core.readOnly()) {
            return;
        }
        try {
            new HealthLog(core.objects(), core.keys()).record(news, context);
        } catch (PluginException e) {
            LOG.warn("{} damaged packs could not be recorded where they were found: {}", news.size(), e.getMessage());
        }
    }

    synchronized Set<Id> bad() {
        return Set.copyOf(bad);
    }

    synchronized List<Finding> findings() {
        return List.copyOf(findings);
    }
}
