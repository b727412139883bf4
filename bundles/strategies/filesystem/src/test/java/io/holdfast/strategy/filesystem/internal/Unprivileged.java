package io.holdfast.strategy.filesystem.internal;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Runs something with the file permissions of the user nobody. The kernel keeps them for each thread; whoever is not root has none to
 * lose and just runs it.
 */
final class Unprivileged {

    private static final int NOBODY = 65_534;
    private static final boolean X86 = System.getProperty("os.arch").equals("amd64");
    private static final long SYS_SETFSUID = X86 ? 122 : 151;
    private static final long SYS_SETFSGID = X86 ? 123 : 152;

    private Unprivileged() {}

    static <T> T call(Callable<T> work) throws Exception {
        if (!Natives.isRoot()) {
            return work.call();
        }
        ExecutorService thread = Executors.newSingleThreadExecutor(task -> new Thread(task, "nobody"));
        try {
            return thread.submit(() -> {
                        // the thread ends afterwards, and its identity with it; giving up the user takes the
                        // capabilities along
                        LibC.syscall(SYS_SETFSGID, NOBODY, 0, 0, 0, 0, 0);
                        LibC.syscall(SYS_SETFSUID, NOBODY, 0, 0, 0, 0, 0);
                        return work.call();
                    })
                    .get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw (Error) e.getCause();
        } finally {
            thread.shutdown();
        }
    }
}
