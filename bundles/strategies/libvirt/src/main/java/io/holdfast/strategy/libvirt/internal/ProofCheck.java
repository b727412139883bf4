package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;

/** Something that a machine must do when it is booted to prove its backup. */
interface ProofCheck {

    /**
     * What was found.
     *
     * @param verdict whether it is decided
     * @param text what has happened, what has failed, or what is still missing
     */
    record Look(Verdict verdict, String text) {

        static Look passed(String text) {
            return new Look(Verdict.PASSED, text);
        }

        static Look missing(String text) {
            return new Look(Verdict.MISSING, text);
        }

        static Look failed(String text) {
            return new Look(Verdict.FAILED, text);
        }
    }

    /** How far a check is. */
    enum Verdict {
        /** The machine has done it. */
        PASSED,
        /** It may still do it. */
        MISSING,
        /** It will not do it any more. */
        FAILED
    }

    /** Looks once, in a few seconds. Not called any more after it has passed or failed. */
    Look look() throws PluginException;
}
