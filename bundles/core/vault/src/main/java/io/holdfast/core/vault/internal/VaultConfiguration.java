package io.holdfast.core.vault.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** {@code etc/io.holdfast.core.vault.cfg}. Nothing in it changes what is stored. */
@ObjectClassDefinition(name = "Holdfast vault", description = "How this node works on vaults")
@interface VaultConfiguration {

    @AttributeDefinition(description = "Threads that read, compress and encrypt for one backup; 0 for one a processor")
    int workers() default 0;

    @AttributeDefinition(description = "Transfers of one backup at once")
    int transfers() default 4;

    @AttributeDefinition(description = "zstd level, -7 to 19")
    int compression_level() default 2;

    @AttributeDefinition(description = "MiB of sealed packs of one backup that may wait in the staging space")
    int staging_mib() default 1024;
}
