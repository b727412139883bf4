package io.holdfast.transport.ssh.internal;

import com.jcraft.jsch.UIKeyboardInteractive;
import com.jcraft.jsch.UserInfo;
import org.jspecify.annotations.Nullable;

/**
 * Answers a server that asks for the password in a dialogue instead of by the method {@code password}: one hidden question gets the
 * password, anything else gets no answer.
 */
record PasswordOnly(String password) implements UserInfo, UIKeyboardInteractive {

    @Override
    public String @Nullable [] promptKeyboardInteractive(
            String destination, String name, String instruction, String[] prompt, boolean[] echo) {
        if (prompt.length == 0) {
            return new String[0];
        }
        return prompt.length == 1 && !echo[0] ? new String[] {password} : null;
    }

    @Override
    public String getPassword() {
        return password;
    }

    @Override
    public boolean promptPassword(String message) {
        return true;
    }

    @Override
    public @Nullable String getPassphrase() {
        return null;
    }

    @Override
    public boolean promptPassphrase(String message) {
        return false;
    }

    @Override
    public boolean promptYesNo(String message) {
        return false;
    }

    @Override
    public void showMessage(String message) {
        // a banner
    }

    @Override
    public String toString() {
        return "PasswordOnly";
    }
}
