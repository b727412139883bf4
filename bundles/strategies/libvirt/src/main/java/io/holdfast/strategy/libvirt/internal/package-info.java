/** Machines of KVM hosts under libvirt, without an agent. Nothing here is exported. */
@NullMarked
package io.holdfast.strategy.libvirt.internal;

import org.jspecify.annotations.NullMarked;
