package io.holdfast.testkit.lab;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Enables what is marked with {@link Lab} only when the system property {@code lab} is set. */
final class LabCondition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        String lab = System.getProperty("lab");
        if (lab != null && !lab.equals("false")) {
            return ConditionEvaluationResult.enabled("-Dlab is given");
        }
        return AnnotationSupport.findAnnotation(context.getElement(), Lab.class)
                .map(it -> ConditionEvaluationResult.disabled("lab: needs " + it.value() + "; run with -Dlab"))
                .orElseGet(() -> ConditionEvaluationResult.enabled("not a lab test"));
    }
}
