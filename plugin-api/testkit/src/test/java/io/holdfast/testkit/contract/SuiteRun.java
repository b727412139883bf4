package io.holdfast.testkit.contract;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs a contract suite inside of a test, against a provider with one defect. */
final class SuiteRun implements TestExecutionListener {

    private static final String DEFECT = "testkit.defect";

    private final Set<String> failed = new TreeSet<>();
    private final Set<String> finished = new TreeSet<>();

    private SuiteRun() {}

    /** The tests of that name that failed; the others, which take their time, are left out. */
    static Set<String> failuresOf(Class<?> suite, Enum<?> defect, String test) {
        SuiteRun run = new SuiteRun();
        LauncherFactory.create(LauncherConfig.builder()
                        .enableTestExecutionListenerAutoRegistration(false)
                        .build())
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(suite))
                                .configurationParameter(DEFECT, defect.name())
                                .filters((PostDiscoveryFilter)
                                        descriptor -> FilterResult.includedIf(isNamed(descriptor, test)))
                                .build(),
                        run);
        if (!run.finished.contains(test)) {
            throw new AssertionError("the suite has no test " + test);
        }
        return run.failed;
    }

    private static boolean isNamed(TestDescriptor descriptor, String name) {
        return descriptor
                .getSource()
                .filter(MethodSource.class::isInstance)
                .map(source -> ((MethodSource) source).getMethodName().equals(name))
                .orElse(true);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        String name = test.getSource()
                .filter(MethodSource.class::isInstance)
                .map(source -> ((MethodSource) source).getMethodName())
                .orElseGet(test::getDisplayName);
        finished.add(name);
        if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
            failed.add(name);
        }
    }

    /** Hands the defect to the constructor of the suite. */
    static final class Resolver implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType().isEnum();
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            String name = context.getConfigurationParameter(DEFECT).orElseThrow();
            for (Object constant : parameter.getParameter().getType().getEnumConstants()) {
                if (((Enum<?>) constant).name().equals(name)) {
                    return constant;
                }
            }
            throw new IllegalArgumentException(name);
        }
    }
}
