package io.holdfast.access.model;

import io.holdfast.core.inventory.DestinationInfo;
import io.holdfast.core.security.Permission;
import io.holdfast.core.security.Principal;
import io.holdfast.spi.PluginException;

/** Who may have backups copied, besides whoever may start backups. */
public final class CopyRight {

    private CopyRight() {}

    /**
     * Between a vault and its replicas nothing is decrypted. Into a vault with other keys backups are read, for whoever has those: that
     * is for somebody who may restore them.
     *
     * @param from the destination that is copied from
     * @param to where to; what is not known is left to be refused by whoever plans the copy
     * @throws PluginException {@code PERMISSION}
     */
    public static void require(CoreServices core, Principal who, String from, String to) throws PluginException {
        if (!vault(core, from).equals(vault(core, to))) {
            who.require(Permission.RESTORE);
        }
    }

    private static String vault(CoreServices core, String destination) throws PluginException {
        return core.estate()
                .destination(destination)
                .map(DestinationInfo::vaultId)
                .orElse("");
    }
}
