package io.holdfast.itests.harness;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** A test that only root can prepare. As another user it is skipped, by name and with this reason. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(AsRoot.Condition.class)
public @interface AsRoot {

    /** What needs root: "mounts a small file system". */
    String value();

    /** Looks at who runs the tests. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (Machine.isRoot()) {
                return ConditionEvaluationResult.enabled("running as root");
            }
            return AnnotationSupport.findAnnotation(context.getElement(), AsRoot.class)
                    .map(it -> ConditionEvaluationResult.disabled("only root can do it: " + it.value()))
                    .orElseGet(() -> ConditionEvaluationResult.enabled("everybody can do it"));
        }
    }
}
