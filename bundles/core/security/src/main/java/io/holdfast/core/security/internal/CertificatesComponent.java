package io.holdfast.core.security.internal;

import io.holdfast.core.security.Certificates;
import io.holdfast.core.security.internal.CertificateStore.ServerKeys;
import io.holdfast.core.security.internal.IssuedCertificates.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sure that there is a certificate and tells the web server where. Port, addresses and protocols stay what
 * {@code etc/org.ops4j.pax.web.cfg} says; what it does not say gets a safe value. As that file is read at a time of its own
 * and replaces the whole configuration, the rest is put back whenever it is missing.
 */
@Component(
        service = {Certificates.class, ConfigurationListener.class},
        immediate = true,
        configurationPid = "io.holdfast.core.security")
@Designate(ocd = SecurityConfig.class)
public final class CertificatesComponent implements Certificates, ConfigurationListener {

    static final String WEB = "org.ops4j.pax.web";
    private static final String SECRETS = "org.apache.felix.configadmin.plugin.interpolation.secretsdir";

    /** By this property the container knows which file a configuration came from. */
    private static final String FILE_NAME = "felix.fileinstall.filename";

    private static final Logger LOG = LoggerFactory.getLogger(CertificatesComponent.class);
    private static final Pattern HOST = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");

    private final ConfigurationAdmin configurations;
    private final Path authorityFile;
    private final Info authority;
    private final Info server;
    private final Map<String, String> required;

    /** For the container. */
    @Activate
    public CertificatesComponent(
            @Reference ConfigurationAdmin configurations, BundleContext context, SecurityConfig config)
            throws IOException, GeneralSecurityException {
        this(
                configurations,
                new CertificateStore(
                        SecurityConfig.Reading.directory(config, context), Clock.systemUTC(), new SecureRandom()),
                names(List.of(config.server_names()), Path.of("/etc/hostname")),
                context.getProperty(SECRETS));
    }

    CertificatesComponent(
            ConfigurationAdmin configurations,
            CertificateStore store,
            Set<String> names,
            @Nullable String secretsDirectory)
            throws IOException, GeneralSecurityException {
        this.configurations = configurations;
        Identity issuer = store.authority();
        ServerKeys keys = store.server(issuer, names);
        this.authorityFile = store.authorityFile();
        this.authority = CertificateStore.info(issuer.certificate());
        this.server = CertificateStore.info(keys.certificate());
        String password = store.passwordForConfiguration(keys, secretsDirectory);
        this.required = Map.of(
                "org.osgi.service.http.enabled",
                "false",
                "org.osgi.service.http.secure.enabled",
                "true",
                "org.ops4j.pax.web.ssl.keystore",
                keys.keyStore().toString(),
                "org.ops4j.pax.web.ssl.keystore.type",
                "PKCS12",
                "org.ops4j.pax.web.ssl.keystore.password",
                password,
                "org.ops4j.pax.web.ssl.key.password",
                password);
        configureWeb();
    }

    /** The host's name is read, not looked up: activation waits for no network. */
    static Set<String> names(List<String> configured, Path hostNameFile) {
        Set<String> names = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "::1"));
        try {
            if (Files.isReadable(hostNameFile)) {
                add(names, Files.readString(hostNameFile));
            }
        } catch (IOException e) {
            LOG.debug("The host's name is not known", e);
        }
        // a .cfg file gives one text, whatever the type says
        configured.forEach(list -> List.of(list.split("[,\\s]+", -1)).forEach(name -> add(names, name)));
        return names;
    }

    private static void add(Set<String> names, String given) {
        String name = given.trim().toLowerCase(Locale.ROOT);
        if (name.isEmpty()) {
            return;
        }
        if (HOST.matcher(name).matches() || IssuedCertificates.isAddress(name)) {
            names.add(name);
        } else {
            LOG.warn("'server.names' in etc/io.holdfast.core.security.cfg: '{}' is no host name or address", name);
        }
    }

    private void configureWeb() throws IOException {
        Configuration configuration = configurations.getConfiguration(WEB, "?");
        Map<String, Object> before = new TreeMap<>();
        Dictionary<String, Object> present = configuration.getProperties();
        if (present != null) {
            present.keys().asIterator().forEachRemaining(key -> before.put(key, present.get(key)));
        }
        Map<String, Object> after = new TreeMap<>(before);
        after.putAll(required);
        // without the name of its file it is not written back: the administrator's file stays what it is, and does not
        // name a key store that may be gone when the web server starts next, before us
        after.remove(FILE_NAME);
        after.putIfAbsent("org.osgi.service.http.port.secure", "8443");
        after.putIfAbsent("org.ops4j.pax.web.listening.addresses", "127.0.0.1");
        after.putIfAbsent("org.ops4j.pax.web.ssl.protocols.included", "TLSv1.3");
        // the web server restarts with every change: only if there is one
        if (!after.equals(before)) {
            configuration.update(new Hashtable<>(after));
        }
    }

    @Override
    public void configurationEvent(ConfigurationEvent event) {
        if (!WEB.equals(event.getPid())) {
            return;
        }
        try {
            configureWeb();
        } catch (IOException | IllegalStateException e) {
            LOG.error("The web server cannot be told where its certificate is", e);
        }
    }

    @Override
    public Info authority() {
        return authority;
    }

    @Override
    public Info server() {
        return server;
    }

    @Override
    public Path authorityFile() {
        return authorityFile;
    }
}
