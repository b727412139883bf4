package io.holdfast.core.security.internal;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.NativeLongByReference;
import com.sun.jna.ptr.PointerByReference;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the JDK's PKCS#11 provider does not tell: which tokens there are, and whether a PIN may still be tried. Asks, and
 * changes nothing. Names, layouts and numbers are those of PKCS#11 2.40, sections 3 and 5; the layout of Linux with 64 bits.
 */
final class Pkcs11Module {

    private static final long CKR_OK = 0;
    private static final long CKR_CRYPTOKI_ALREADY_INITIALIZED = 0x191;
    private static final long CKF_OS_LOCKING_OK = 2;
    private static final int LONG = Native.LONG_SIZE;

    // places in CK_FUNCTION_LIST, after its version
    private static final int C_INITIALIZE = 0;
    private static final int C_GET_SLOT_LIST = 4;
    private static final int C_GET_TOKEN_INFO = 6;

    // CK_TOKEN_INFO
    private static final int LABEL_LENGTH = 32;
    private static final int FLAGS_OFFSET = 96;
    private static final int TOKEN_INFO_LENGTH = 256;

    private static final int MOST_SLOTS = 256;

    private final Path path;
    private final Pointer functions;

    private Pkcs11Module(Path path, Pointer functions) {
        this.path = path;
        this.functions = functions;
    }

    /**
     * A token.
     *
     * @param slot id of the slot that it is in
     * @param label its name, without the blanks behind
     * @param flags as CK_TOKEN_INFO has them
     */
    record Token(long slot, String label, long flags) {
        private static final long CKF_USER_PIN_INITIALIZED = 0x8;
        private static final long CKF_TOKEN_INITIALIZED = 0x400;
        private static final long CKF_USER_PIN_FINAL_TRY = 0x20000;
        private static final long CKF_USER_PIN_LOCKED = 0x40000;

        boolean initialized() {
            return (flags & CKF_TOKEN_INITIALIZED) != 0 && (flags & CKF_USER_PIN_INITIALIZED) != 0;
        }

        boolean lastTry() {
            return (flags & CKF_USER_PIN_FINAL_TRY) != 0;
        }

        boolean locked() {
            return (flags & CKF_USER_PIN_LOCKED) != 0;
        }
    }

    /** Loads a module into the process, where it stays: modules are not made to be initialized again and again. */
    static Pkcs11Module load(Path path) throws PluginException {
        if (!Files.isRegularFile(path)) {
            throw new PluginException(
                    ErrorKind.NOT_FOUND,
                    "there is no PKCS#11 module " + path + "; install the token's software, or correct 'module'");
        }
        try {
            Function list = NativeLibrary.getInstance(path.toString()).getFunction("C_GetFunctionList");
            PointerByReference functions = new PointerByReference();
            check(list.invokeInt(new Object[] {functions}), "reading the functions of " + path);
            Pkcs11Module module = new Pkcs11Module(path, functions.getValue());
            module.initialize();
            return module;
        } catch (UnsatisfiedLinkError e) {
            throw new PluginException(
                    ErrorKind.UNSUPPORTED, path + " cannot be loaded as a PKCS#11 module: " + e.getMessage(), e);
        }
    }

    private void initialize() throws PluginException {
        Memory arguments = new Memory(6L * LONG);
        arguments.clear();
        arguments.setNativeLong(4L * LONG, new NativeLong(CKF_OS_LOCKING_OK));
        long result = call(C_INITIALIZE, arguments);
        if (result != CKR_CRYPTOKI_ALREADY_INITIALIZED) {
            check(result, "initializing " + path);
        }
    }

    /** The tokens that are there now. */
    List<Token> tokens() throws PluginException {
        // without a buffer first: modules look anew for tokens then
        NativeLongByReference count = new NativeLongByReference();
        check(call(C_GET_SLOT_LIST, (byte) 1, null, count), "counting the slots of " + path);
        int slots = Math.min(MOST_SLOTS, count.getValue().intValue());
        List<Token> found = new ArrayList<>();
        if (slots == 0) {
            return found;
        }
        Memory ids = new Memory((long) slots * LONG);
        count.setValue(new NativeLong(slots));
        check(call(C_GET_SLOT_LIST, (byte) 1, ids, count), "listing the slots of " + path);
        for (int i = 0; i < Math.min(slots, count.getValue().intValue()); i++) {
            NativeLong slot = ids.getNativeLong((long) i * LONG);
            Memory info = new Memory(TOKEN_INFO_LENGTH);
            info.clear();
            if (call(C_GET_TOKEN_INFO, slot, info) == CKR_OK) { // otherwise it was just pulled out
                found.add(token(slot.longValue(), info));
            }
        }
        return found;
    }

    private static Token token(long slot, Memory info) {
        String label = new String(info.getByteArray(0, LABEL_LENGTH), StandardCharsets.UTF_8).stripTrailing();
        return new Token(slot, label, info.getNativeLong(FLAGS_OFFSET).longValue());
    }

    private long call(int place, @Nullable Object... arguments) {
        Pointer function = functions.getPointer((long) LONG * (1 + place));
        Object result = Function.getFunction(function).invoke(NativeLong.class, arguments);
        return ((NativeLong) result).longValue();
    }

    private static void check(long result, String what) throws PluginException {
        if (result != CKR_OK) {
            throw new PluginException(
                    ErrorKind.UNSUPPORTED,
                    what + ": the module answers 0x" + Long.toHexString(result)
                            + "; look into the log and the configuration of the token's software");
        }
    }
}
