package io.holdfast.access.model.fakes;

import io.holdfast.core.security.KeyWay;
import io.holdfast.core.security.MasterKeyStatus;
import io.holdfast.core.security.MasterKeys;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** A master key in memory that is kept by the file, or by the way "hsm". */
public final class FakeMasterKeys implements MasterKeys {

    public final Set<String> keepers = new ConcurrentSkipListSet<>(Set.of(FILE));
    public volatile String inUse = FILE;
    public volatile String message = "";
    public volatile boolean opening;

    @Override
    public MasterKeyStatus status() {
        return new MasterKeyStatus(
                message.isEmpty() && !opening, message, List.of(way(FILE, FILE), way("hsm", "pkcs11")));
    }

    private KeyWay way(String name, String type) {
        return new KeyWay(name, type, name.equals(inUse), keepers.contains(name), true);
    }

    @Override
    public void test(String way) throws PluginException {
        if (!way.equals(FILE) && !way.equals("hsm")) {
            throw new PluginException(ErrorKind.NOT_FOUND, "no way to keep the master key is called '" + way + "'");
        }
    }

    @Override
    public void move(String way) throws PluginException {
        test(way);
        keepers.add(way);
        inUse = way;
    }

    @Override
    public void forget(String way) throws PluginException {
        test(way);
        if (way.equals(inUse)) {
            throw new PluginException(ErrorKind.CONFLICT, "'" + way + "' is in use");
        }
        keepers.remove(way);
    }
}
