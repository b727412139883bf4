package io.holdfast.core.security.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;

/** How the web server learns where its certificate is. */
class WebConfigurationTest {

    @TempDir
    Path directory;

    private Dictionary<String, Object> stored;
    private int updates;

    @Test
    void a_web_server_without_configuration_gets_safe_values() throws Exception {
        start();
        assertThat(stored.get("org.osgi.service.http.enabled")).isEqualTo("false");
        assertThat(stored.get("org.osgi.service.http.secure.enabled")).isEqualTo("true");
        assertThat(stored.get("org.osgi.service.http.port.secure")).isEqualTo("8443");
        assertThat(stored.get("org.ops4j.pax.web.listening.addresses")).isEqualTo("127.0.0.1");
        assertThat(stored.get("org.ops4j.pax.web.ssl.protocols.included")).isEqualTo("TLSv1.3");
        assertThat(Path.of((String) stored.get("org.ops4j.pax.web.ssl.keystore")))
                .isRegularFile();
    }

    @Test
    void port_and_addresses_stay_what_the_file_says_and_the_file_is_not_written() throws Exception {
        stored = fileContent();
        start();
        assertThat(stored.get("org.osgi.service.http.port.secure")).isEqualTo("9443");
        assertThat(stored.get("org.ops4j.pax.web.listening.addresses")).isEqualTo("0.0.0.0");
        assertThat(stored.get("felix.fileinstall.filename")).isNull();
        assertThat(stored.get("org.osgi.service.http.secure.enabled")).isEqualTo("true");
    }

    @Test
    void a_restart_does_not_disturb_the_web_server() throws Exception {
        start();
        start();
        assertThat(updates).isEqualTo(1);
    }

    @Test
    void what_is_needed_is_put_back_when_the_file_is_read_again() throws Exception {
        CertificatesComponent component = start();
        stored = fileContent();
        component.configurationEvent(event(CertificatesComponent.WEB));
        assertThat(stored.get("org.osgi.service.http.secure.enabled")).isEqualTo("true");
        assertThat(stored.get("org.osgi.service.http.port.secure")).isEqualTo("9443");
        int before = updates;
        component.configurationEvent(event(CertificatesComponent.WEB));
        component.configurationEvent(event("another"));
        assertThat(updates).isEqualTo(before);
        assertThat(Files.exists(component.authorityFile())).isTrue();
    }

    private static Dictionary<String, Object> fileContent() {
        return new Hashtable<>(Map.of(
                "org.osgi.service.http.secure.enabled", "false",
                "org.osgi.service.http.port.secure", "9443",
                "org.ops4j.pax.web.listening.addresses", "0.0.0.0",
                "felix.fileinstall.filename", "file:/etc/org.ops4j.pax.web.cfg"));
    }

    private CertificatesComponent start() throws Exception {
        CertificateStore store = new CertificateStore(directory, new TestClock(), new SecureRandom());
        return new CertificatesComponent(configurations(), store, Set.of("localhost"), null);
    }

    private static ConfigurationEvent event(String pid) {
        ServiceReference<ConfigurationAdmin> reference = fake(ServiceReference.class, (name, arguments) -> null);
        return new ConfigurationEvent(reference, ConfigurationEvent.CM_UPDATED, null, pid);
    }

    private ConfigurationAdmin configurations() {
        Configuration configuration = fake(Configuration.class, (name, arguments) -> {
            if (name.equals("update")) {
                @SuppressWarnings("unchecked")
                Dictionary<String, Object> given = (Dictionary<String, Object>) arguments[0];
                stored = given;
                updates++;
                return null;
            }
            return stored;
        });
        return fake(ConfigurationAdmin.class, (name, arguments) -> configuration);
    }

    private interface Answer {
        Object to(String method, Object[] arguments);
    }

    @SuppressWarnings("unchecked")
    private static <T> T fake(Class<?> type, Answer answer) {
        return (T) Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answer.to(method.getName(), arguments));
    }
}
