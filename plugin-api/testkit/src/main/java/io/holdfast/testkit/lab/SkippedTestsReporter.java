package io.holdfast.testkit.lab;

import java.io.PrintStream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * Prints one line for every test that was skipped, whatever the reason. The JUnit launcher finds it through the service
 * loader in every module that has the testkit on its test class path.
 */
public final class SkippedTestsReporter implements TestExecutionListener {

    private final PrintStream out;

    /** Reports to the standard output; called by the launcher. */
    public SkippedTestsReporter() {
        this(System.out);
    }

    SkippedTestsReporter(PrintStream out) {
        this.out = out;
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        out.println("NOT RUN " + name(test) + " - " + reason);
    }

    /** An assumption that does not hold skips a test too: no root here, no permission to mount, a tool that is missing. */
    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
            String reason = result.getThrowable().map(Throwable::getMessage).orElse("an assumption does not hold");
            out.println("NOT RUN " + name(test) + " - " + reason);
        }
    }

    private static String name(TestIdentifier test) {
        return test.getSource()
                .map(source -> {
                    if (source instanceof MethodSource method) {
                        return method.getClassName() + "." + method.getMethodName();
                    }
                    return source instanceof ClassSource type ? type.getClassName() : test.getDisplayName();
                })
                .orElseGet(test::getDisplayName);
    }
}
