package io.holdfast.core.security.internal;

import io.holdfast.core.security.Accounts;
import java.util.Map;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import org.apache.karaf.jaas.boot.ProxyLoginModule;
import org.apache.karaf.jaas.config.JaasRealm;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Takes the place of Karaf's realm of the same name while the accounts are there. */
@Component(service = JaasRealm.class, immediate = true)
public final class RealmComponent implements JaasRealm {

    private static final int ABOVE_THE_DEFAULT = 100;

    private final AppConfigurationEntry entry;

    /** For the container. */
    @Activate
    public RealmComponent(@Reference Accounts accounts, BundleContext context) {
        this(accounts, context.getBundle().getBundleId());
    }

    RealmComponent(Accounts accounts, long bundleId) {
        entry = new AppConfigurationEntry(
                ProxyLoginModule.class.getName(),
                LoginModuleControlFlag.REQUIRED,
                Map.of(
                        ProxyLoginModule.PROPERTY_MODULE,
                        HoldfastLoginModule.class.getName(),
                        ProxyLoginModule.PROPERTY_BUNDLE,
                        Long.toString(bundleId),
                        HoldfastLoginModule.ACCOUNTS,
                        accounts));
    }

    @Override
    public String getName() {
        return "karaf";
    }

    @Override
    public int getRank() {
        return ABOVE_THE_DEFAULT;
    }

    @Override
    public AppConfigurationEntry[] getEntries() {
        return new AppConfigurationEntry[] {entry};
    }
}
