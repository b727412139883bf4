package io.holdfast.itests.harness;

import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One running appliance for all tests of a class, with a scratch directory beside it. A test that fails shows what the
 * appliance had to say.
 */
public final class ApplianceExtension implements BeforeAllCallback, AfterAllCallback, AfterTestExecutionCallback {

    private final Function<Path, Appliance> installation;
    private @Nullable Scratch scratch;
    private @Nullable Appliance appliance;

    private ApplianceExtension(Function<Path, Appliance> installation) {
        this.installation = installation;
    }

    /** An appliance as it comes, run by whoever runs the tests. */
    public static ApplianceExtension standard() {
        return new ApplianceExtension(Appliance::unpackedIn);
    }

    /** An appliance that is installed differently. */
    public static ApplianceExtension installed(Function<Path, Appliance> installation) {
        return new ApplianceExtension(installation);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        Scratch directory = Scratch.create();
        scratch = directory;
        Appliance started = installation.apply(directory.directory("appliance"));
        appliance = started;
        started.start();
    }

    /** The appliance. */
    public Appliance get() {
        if (appliance == null) {
            throw new IllegalStateException("no test is running");
        }
        return appliance;
    }

    /** The administrator at work. */
    public Operator operator() {
        return get().operator();
    }

    /** The REST interface, asked by the administrator. */
    public Rest rest() {
        return get().rest();
    }

    /** The scratch directory. */
    public Scratch scratch() {
        if (scratch == null) {
            throw new IllegalStateException("no test is running");
        }
        return scratch;
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        Appliance tried = appliance;
        if (tried != null) {
            context.getExecutionException()
                    .ifPresent(failure -> failure.addSuppressed(new ApplianceSaid(tried.excerpt())));
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (appliance != null) {
            appliance.close();
        }
        if (scratch != null) {
            scratch.close();
        }
    }

    /** Carries the log to whoever reads the failure of a test. */
    static final class ApplianceSaid extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ApplianceSaid(String excerpt) {
            super("the appliance said\n" + excerpt, null, false, false);
        }
    }
}
