package io.holdfast.access.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.access.model.fakes.FakeCore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an administrator types about the master key. */
class MasterKeyCommandsTest {

    private final FakeCore core = new FakeCore();
    private final TypedCommands shell = new TypedCommands(core);

    @AfterEach
    void close() {
        shell.close();
    }

    @Test
    void the_key_is_moved_and_the_old_way_forgotten() throws Exception {
        assertThat(shell.type(new MasterKeyCommands.Test(), c -> c.way = "hsm")).isZero();
        assertThat(shell.type(new MasterKeyCommands.Move(), c -> c.way = "hsm")).isZero();
        assertThat(shell.out()).contains("kept by 'hsm'").contains("master-key-forget");
        assertThat(core.masterKeys.keepers).containsExactly("file", "hsm");
        assertThat(shell.type(new MasterKeyCommands.Forget(), c -> c.way = "file"))
                .isZero();
        assertThat(core.masterKeys.keepers).containsExactly("hsm");
        assertThat(shell.type(new MasterKeyCommands.Forget(), c -> c.way = "hsm"))
                .isEqualTo(1);
        assertThat(shell.err()).contains("is in use");
    }

    @Test
    void a_key_that_cannot_be_had_is_an_error_with_its_reason() throws Exception {
        assertThat(shell.type(new MasterKeyCommands.Show(), c -> {})).isZero();
        assertThat(shell.out()).contains("pkcs11").contains("The key is at hand");
        core.masterKeys.message = "the token 'backup' is not there";
        assertThat(shell.type(new MasterKeyCommands.Show(), c -> {})).isEqualTo(1);
        assertThat(shell.out()).contains("the token 'backup' is not there");
        assertThat(shell.type(new MasterKeyCommands.Show(), c -> c.json = true)).isEqualTo(1);
        assertThat(shell.out()).contains("\"open\"").contains("\"keepsKey\"");
    }

    @Test
    void only_an_administrator_may() throws Exception {
        shell.user = "operator";
        assertThat(shell.type(new MasterKeyCommands.Move(), c -> c.way = "hsm")).isEqualTo(1);
        assertThat(core.masterKeys.inUse).isEqualTo("file");
    }
}
