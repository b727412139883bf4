package io.holdfast.core.security.internal;

import io.holdfast.spi.keys.KeyServiceType;
import io.holdfast.testkit.contract.KeyServiceContract;
import io.holdfast.testkit.lab.Lab;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The built-in PKCS#11 service keeps what key services promise. */
@Lab(SoftHsmLab.NEEDED)
class Pkcs11KeyServiceLabTest extends KeyServiceContract {

    private final SoftHsmLab lab = new SoftHsmLab();

    Pkcs11KeyServiceLabTest() throws IOException {}

    @Override
    protected KeyServiceType type() {
        return new Pkcs11KeyServiceType();
    }

    @Override
    protected Map<String, List<String>> settings() {
        return lab.settings("holdfast", "master");
    }

    @Override
    protected Map<String, List<String>> settingsOfAnotherKey() {
        return lab.settings("holdfast", "other");
    }
}
