package io.holdfast.core.vault;

import io.holdfast.spi.PluginException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Something that runs beside the test. */
final class Background<T> {

    private final FutureTask<T> task;

    private Background(Callable<T> work) {
        task = new FutureTask<>(work);
    }

    static <T> Background<T> start(Callable<T> work) {
        Background<T> background = new Background<>(work);
        Thread thread = new Thread(background.task, "test-background");
        thread.setDaemon(true);
        thread.start();
        return background;
    }

    T get() throws PluginException {
        try {
            return task.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PluginException known) {
                throw known;
            }
            throw new AssertionError(e.getCause());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    void ended() {
        try {
            task.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            // however it ended
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    boolean isDone() {
        return task.isDone();
    }
}
