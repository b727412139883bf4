package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import java.util.Locale;
import java.util.Map;

/**
 * What an error of libvirt means. Its tools give no error codes, only the texts of libvirt's {@code virErrorMsg}
 * (src/util/virerror.c), which are stable in the locale C.
 */
final class LibvirtErrors {

    /** A meaning. */
    record Meaning(ErrorKind kind, String advice) {}

    private record Rule(String sign, Meaning meaning) {}

    private static final java.util.List<Rule> RULES = java.util.List.of(
            rule("domain not found", ErrorKind.NOT_FOUND, "the machine was removed or belongs to another host"),
            rule("failed to get domain", ErrorKind.NOT_FOUND, "the machine was removed or belongs to another host"),
            rule("checkpoint not found", ErrorKind.NOT_FOUND, "somebody removed the checkpoint"),
            rule("backup job id not found", ErrorKind.NOT_FOUND, "the backup job has ended"),
            rule("domain snapshot not found", ErrorKind.NOT_FOUND, "somebody removed the snapshot"),
            rule("no space left", ErrorKind.QUOTA, "make room on the host"),
            rule(
                    "authentication failed",
                    ErrorKind.PERMISSION,
                    "let the user manage machines (group libvirt, or root)"),
            rule(
                    "authentication unavailable",
                    ErrorKind.PERMISSION,
                    "let the user manage machines (group libvirt, or root)"),
            rule("access denied", ErrorKind.PERMISSION, "let the user manage machines (group libvirt, or root)"),
            rule(
                    "-sock': permission denied",
                    ErrorKind.PERMISSION,
                    "let the user manage machines (group libvirt, or root)"),
            rule("permission denied", ErrorKind.PERMISSION, "give the user, or QEMU's user, access"),
            rule("failed to connect", ErrorKind.UNAVAILABLE, "see that libvirtd, or virtqemud, is running"),
            rule("cannot recv data", ErrorKind.UNAVAILABLE, "libvirtd has ended the connection; see its log"),
            rule("agent", ErrorKind.UNAVAILABLE, "see that the guest agent is installed and running in the machine"),
            rule("state change lock", ErrorKind.TIMEOUT, "another operation on the machine has not ended"),
            rule("timed out", ErrorKind.TIMEOUT, "try again when the host is less busy"),
            rule("already exists", ErrorKind.ALREADY_EXISTS, "choose another name"),
            rule(
                    "already active",
                    ErrorKind.UNAVAILABLE,
                    "another backup, migration or block job is running; wait for its end"),
            rule("active block job", ErrorKind.UNAVAILABLE, "another block job is running; wait for its end"),
            rule("already defined", ErrorKind.ALREADY_EXISTS, "choose another name or identity"),
            rule("unsupported configuration", ErrorKind.UNSUPPORTED, "this host's libvirt or QEMU cannot do it"),
            rule("not supported", ErrorKind.UNSUPPORTED, "this host's libvirt or QEMU cannot do it"),
            rule("requested operation is not valid", ErrorKind.CONFLICT, "the machine's state does not allow it now"));

    private static final Meaning UNKNOWN = new Meaning(ErrorKind.UNAVAILABLE, "see the log of libvirtd on the host");

    private static final Map<String, ErrorKind> SYSTEM = Map.of(
            "no space left", ErrorKind.QUOTA,
            "disk quota exceeded", ErrorKind.QUOTA,
            "permission denied", ErrorKind.PERMISSION,
            "operation not permitted", ErrorKind.PERMISSION,
            "read-only file system", ErrorKind.PERMISSION,
            "no such file", ErrorKind.NOT_FOUND,
            "file exists", ErrorKind.ALREADY_EXISTS,
            "lock", ErrorKind.CONFLICT);

    private LibvirtErrors() {}

    private static Rule rule(String sign, ErrorKind kind, String advice) {
        return new Rule(sign, new Meaning(kind, advice));
    }

    /** What the standard error of virsh means. */
    static Meaning of(String stderr) {
        String text = stderr.toLowerCase(Locale.ROOT);
        return RULES.stream()
                .filter(rule -> text.contains(rule.sign()))
                .map(Rule::meaning)
                .findFirst()
                .orElse(UNKNOWN);
    }

    /** What the standard error of a program that works on files means. */
    static ErrorKind kindOfSystem(String stderr) {
        String text = stderr.toLowerCase(Locale.ROOT);
        return SYSTEM.entrySet().stream()
                .filter(sign -> text.contains(sign.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(ErrorKind.UNAVAILABLE);
    }
}
