package io.holdfast.core.vault.simulator;

import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.security.Security;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Keys and ids that follow from the seed, also those that libraries draw themselves: in threads that say so, and nowhere else. */
final class Randomness implements AutoCloseable {

    private static final String NAME = "HoldfastSimulation";
    private static final ThreadLocal<@Nullable Random> OF_THREAD = new ThreadLocal<>();

    /** Draws from the thread's seed, or really. Public for the provider. */
    public static final class Spi extends SecureRandomSpi {
        private static final long serialVersionUID = 1L;
        private final SecureRandom real;

        public Spi() throws NoSuchAlgorithmException {
            real = SecureRandom.getInstance("NativePRNGNonBlocking");
        }

        @Override
        protected void engineSetSeed(byte[] seed) {}

        @Override
        protected void engineNextBytes(byte[] bytes) {
            Random random = OF_THREAD.get();
            if (random == null) {
                real.nextBytes(bytes);
            } else {
                random.nextBytes(bytes);
            }
        }

        @Override
        protected byte[] engineGenerateSeed(int count) {
            byte[] seed = new byte[count];
            engineNextBytes(seed);
            return seed;
        }
    }

    private static final class Seeded extends Provider {
        private static final long serialVersionUID = 1L;

        Seeded() {
            super(NAME, "1", "random numbers of simulations");
            put("SecureRandom.Seeded", Spi.class.getName());
        }
    }

    Randomness() {
        Security.insertProviderAt(new Seeded(), 1);
    }

    /** From here on this thread draws from that seed. */
    static void seed(long seed) {
        OF_THREAD.set(new Random(seed));
    }

    @Override
    public void close() {
        Security.removeProvider(NAME);
    }
}
