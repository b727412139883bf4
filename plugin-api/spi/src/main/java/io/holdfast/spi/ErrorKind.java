package io.holdfast.spi;

/**
 * Why an operation failed, as far as anybody above the plugin has to know.
 *
 * <p>The kind decides three things: whether the dispatcher tries again, whose fault it is, and the HTTP status that
 * a caller of the REST interface sees. Plugins classify; only the dispatcher retries. Constants may be added in a
 * minor version, so a {@code switch} over this type needs a default.
 */
public enum ErrorKind {
    /** A setting is missing, malformed or contradicts another. The administrator's to mend. */
    INVALID_CONFIG(false, Fault.USER, 422),
    /** The given credentials or keys were not accepted. */
    AUTHENTICATION(false, Fault.USER, 401),
    /** The credentials are good, but do not allow this. */
    PERMISSION(false, Fault.USER, 403),
    /** The object, instance or path does not exist. */
    NOT_FOUND(false, Fault.USER, 404),
    /** Something of that name exists already and must not be replaced. */
    ALREADY_EXISTS(false, Fault.USER, 409),
    /** The state of things does not allow the operation now; somebody else changed or holds it. */
    CONFLICT(false, Fault.USER, 409),
    /** No space, or a quota is used up. Retrying fills nobody's disk, so it is left to people. */
    QUOTA(false, Fault.ENVIRONMENT, 507),
    /** The other side is not reachable or says that it is overloaded. */
    UNAVAILABLE(true, Fault.ENVIRONMENT, 503),
    /** The other side did not answer in time. The operation may have happened. */
    TIMEOUT(true, Fault.ENVIRONMENT, 504),
    /** Data were read, but they are not what was written. */
    CORRUPT_DATA(false, Fault.ENVIRONMENT, 500),
    /** The plugin, or the thing behind it, cannot do this at all. */
    UNSUPPORTED(false, Fault.USER, 501),
    /** Cancelled on request. */
    CANCELLED(false, Fault.USER, 409),
    /** A defect of ours or of the plugin. */
    INTERNAL(false, Fault.PRODUCT, 500);

    /** Who can do something about a failure. */
    public enum Fault {
        /** The person who configured or asked. */
        USER,
        /** A disk, a network, a remote service. */
        ENVIRONMENT,
        /** Holdfast or the plugin. */
        PRODUCT
    }

    private final boolean retryable;
    private final Fault fault;
    private final int httpStatus;

    ErrorKind(boolean retryable, Fault fault, int httpStatus) {
        this.retryable = retryable;
        this.fault = fault;
        this.httpStatus = httpStatus;
    }

    /** Whether the same call may succeed later without anybody doing something. */
    public boolean retryable() {
        return retryable;
    }

    /** Whose fault it is. */
    public Fault fault() {
        return fault;
    }

    /** The HTTP status with which the REST interface answers, 400 to 599. */
    public int httpStatus() {
        return httpStatus;
    }
}
