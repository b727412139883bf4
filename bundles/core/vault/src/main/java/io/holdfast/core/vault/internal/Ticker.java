package io.holdfast.core.vault.internal;

import java.time.Duration;

/** Time as it passes, for waiting and for seeing that others do not move. Simulations have one of their own. */
public interface Ticker {

    /** A reading, in nanoseconds, of which only differences mean something. */
    long nanoTime();

    /** Lets that much time pass. */
    void pause(Duration time) throws InterruptedException;

    /**
     * Calls something again and again, with that pause before each call.
     *
     * @param name of the thread, if it takes one
     */
    Beat every(Duration pause, String name, Runnable action);

    /** Something that is called again and again. */
    interface Beat extends AutoCloseable {
        /** Calls it no more, and interrupts the call under way. */
        @Override
        void close();
    }

    /** The time of this machine. */
    static Ticker system() {
        return new Ticker() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public void pause(Duration time) throws InterruptedException {
                Thread.sleep(time.toMillis());
            }

            @Override
            public Beat every(Duration pause, String name, Runnable action) {
                Thread thread = new Thread(() -> repeat(pause, action), name);
                thread.setDaemon(true);
                thread.start();
                return thread::interrupt;
            }

            private void repeat(Duration pause, Runnable action) {
                try {
                    while (!Thread.currentThread().isInterrupted()) {
                        pause(pause);
                        action.run();
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
    }
}
