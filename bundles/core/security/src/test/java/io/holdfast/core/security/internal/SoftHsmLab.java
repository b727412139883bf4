package io.holdfast.core.security.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.NativeLibrary;
import io.holdfast.spi.keys.KeyServiceContext;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** The tokens that itests/lab/softhsm.sh has made. */
final class SoftHsmLab {

    static final String NEEDED = "SoftHSM2 and OpenSC: HOLDFAST_LAB_SOFTHSM=$(itests/lab/softhsm.sh start)";

    private final Path directory;
    private final Properties properties = new Properties();

    record Context(Clock clock, Path stateDirectory) implements KeyServiceContext {}

    SoftHsmLab() throws IOException {
        String given = System.getenv("HOLDFAST_LAB_SOFTHSM");
        assertThat(given)
                .as("HOLDFAST_LAB_SOFTHSM, as itests/lab/softhsm.sh start prints it")
                .isNotNull();
        directory = Path.of(given);
        properties.load(new StringReader(Files.readString(directory.resolve("lab.properties"))));
        // the module looks into the environment of the process, which Java does not change
        NativeLibrary.getProcess().getFunction("setenv").invokeInt(new Object[] {"SOFTHSM2_CONF", configuration(), 1});
    }

    private String configuration() {
        return directory.resolve("softhsm2.conf").toString();
    }

    Path pinFile() {
        return directory.resolve("pin");
    }

    String pin() {
        return properties.getProperty("pin");
    }

    String module() {
        return properties.getProperty("module");
    }

    Map<String, List<String>> settings(String token, String key) {
        return new HashMap<>(Map.of(
                "module", List.of(module()),
                "token", List.of(token),
                "key", List.of(key),
                "pinFile", List.of(pinFile().toString())));
    }
}
