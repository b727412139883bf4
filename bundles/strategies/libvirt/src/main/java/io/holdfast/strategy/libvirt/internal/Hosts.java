package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.strategy.InstantRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The hosts of a provider: one, or several between which machines move. A machine is the same on whichever it is. */
final class Hosts implements AutoCloseable {

    /**
     * A host.
     *
     * @param name by which somebody has named it
     * @param provider for what is done there
     */
    record Member(String name, Provider provider) {}

    private final List<Member> members;

    /** @param members at least one */
    Hosts(List<Member> members) {
        this.members = List.copyOf(members);
    }

    List<Member> members() {
        return members;
    }

    boolean single() {
        return members.size() == 1;
    }

    /**
     * The host on which a machine is.
     *
     * @throws PluginException {@code NOT_FOUND} if it is on none, {@code UNAVAILABLE} or another kind if a host that it may be on does
     *     not answer, {@code CONFLICT} if it runs on two
     */
    Member of(String uuid) throws PluginException {
        if (single()) {
            return members.get(0);
        }
        List<Member> having = new ArrayList<>();
        PluginException silent = null;
        for (Member member : members) {
            try {
                if (member.provider().virsh().uuids().contains(uuid)) {
                    having.add(member);
                }
            } catch (PluginException e) {
                silent = e;
            }
        }
        return chosen(uuid, having, silent);
    }

    private Member chosen(String uuid, List<Member> having, @org.jspecify.annotations.Nullable PluginException silent)
            throws PluginException {
        if (having.isEmpty()) {
            if (silent != null) {
                throw new PluginException(
                        silent.kind(),
                        "the machine " + uuid + " is on no host that answers, and one does not: " + silent.getMessage(),
                        silent);
            }
            throw new PluginException(
                    ErrorKind.NOT_FOUND, "no host has the machine " + uuid + "; run the inventory again");
        }
        Optional<Member> running = running(uuid, having);
        if (running.isPresent()) {
            return running.get();
        }
        if (silent != null) {
            throw new PluginException(
                    silent.kind(),
                    "the machine " + uuid + " is stopped where it was found, and may be running on a host that does not"
                            + " answer: " + silent.getMessage(),
                    silent);
        }
        return having.get(0);
    }

    /** Of several that have a machine, the one that runs it; a machine that is moving is paused where it goes. */
    Optional<Member> running(String uuid, List<Member> having) throws PluginException {
        Member active = null;
        Member executing = null;
        for (Member member : having) {
            MachineStats stats;
            try {
                stats = member.provider().virsh().stats(uuid);
            } catch (PluginException e) {
                if (e.kind() == ErrorKind.NOT_FOUND) {
                    continue; // it went meanwhile
                }
                throw e;
            }
            if (stats.executing() && executing != null) {
                throw new PluginException(
                        ErrorKind.CONFLICT,
                        "the machine " + uuid + " runs on " + executing.name() + " and on " + member.name()
                                + "; give one of them another UUID");
            }
            executing = stats.executing() ? member : executing;
            active = stats.active() ? member : active;
        }
        return Optional.ofNullable(executing != null ? executing : active);
    }

    /** The host of something that was written down; the journal names it. */
    Provider written(String host, String uuid) throws PluginException {
        for (Member member : members) {
            if (member.provider().host().name().equals(host)) {
                return member.provider();
            }
        }
        return single() || !Uuids.isOne(uuid) ? members.get(0).provider() : of(uuid).provider();
    }

    /** The host to which a machine is restored. */
    Provider target(RestoreOptions options, String name) throws PluginException {
        if (options.host().isPresent()) {
            return named(options.host().get());
        }
        if (single()) {
            return members.get(0).provider();
        }
        Provider first = null;
        PluginException silent = null;
        for (Member member : members) {
            try {
                boolean has = member.provider().virsh().uuidsByName().containsKey(name.stripTrailing());
                if (has && options.overwrites()) {
                    return member.provider();
                }
                first = first == null ? member.provider() : first;
            } catch (PluginException e) {
                silent = e;
            }
        }
        if (silent != null && (first == null || options.overwrites())) {
            throw silent; // the machine to be overwritten may be there
        }
        return first == null ? members.get(0).provider() : first;
    }

    /** The host on which a machine runs from a backup, or will: the one that was chosen, or the first that answers. */
    Provider instant(InstantRequest request) throws PluginException {
        for (SideEffectJournal.Entry entry : request.earlier()) {
            return written(Cleanup.of(entry.details(), Provider.HOST), Cleanup.of(entry.details(), "machine"));
        }
        Optional<String> host = request.settings().find("host").filter(text -> !text.isBlank());
        if (host.isPresent()) {
            return named(host.get());
        }
        PluginException silent = null;
        for (Member member : members) {
            try {
                member.provider().virsh().uuids();
                return member.provider();
            } catch (PluginException e) {
                silent = silent == null ? e : silent;
            }
        }
        throw silent == null ? new PluginException(ErrorKind.INTERNAL, "the provider has no host") : silent;
    }

    private Provider named(String name) throws PluginException {
        for (Member member : members) {
            if (member.name().equals(name)) {
                return member.provider();
            }
        }
        throw new PluginException(
                ErrorKind.INVALID_CONFIG,
                "the provider has no host '" + Commands.printable(name) + "'; there are "
                        + String.join(", ", members.stream().map(Member::name).toList()) + " (setting host)");
    }

    @Override
    public void close() {
        members.forEach(member -> member.provider().host().close());
    }
}
