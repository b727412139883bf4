package io.holdfast.core.worker.internal;

import io.holdfast.core.worker.DestinationAccess;
import io.holdfast.core.worker.InstanceAccess;
import io.holdfast.core.worker.ProviderAccess;
import io.holdfast.core.worker.TaskInputs;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import org.jspecify.annotations.Nullable;

/** What a procedure cannot do without. */
final class Need {

    private Need() {}

    static ProviderAccess provider(TaskInputs inputs) throws PluginException {
        return given(inputs.provider(), "provider");
    }

    static InstanceAccess instance(TaskInputs inputs) throws PluginException {
        return given(inputs.instance(), "instance");
    }

    static DestinationAccess destination(TaskInputs inputs) throws PluginException {
        return given(inputs.destination(), "destination");
    }

    /** The destination that is copied or replicated from. */
    static DestinationAccess from(TaskInputs inputs) throws PluginException {
        return given(inputs.from(), "destination to copy from");
    }

    private static <T> T given(@Nullable T value, String what) throws PluginException {
        if (value == null) {
            throw new PluginException(ErrorKind.INTERNAL, "the control plane gave the task no " + what);
        }
        return value;
    }
}
