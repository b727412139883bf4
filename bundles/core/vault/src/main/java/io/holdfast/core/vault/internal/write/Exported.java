package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.internal.manifest.Manifest;
import java.util.List;

/**
 * A source as the manifest will have it.
 *
 * @param name its name
 * @param refs its clear part
 * @param firsts its sealed part
 */
record Exported(String name, Manifest.SourceRefs refs, List<List<byte[]>> firsts) {}
