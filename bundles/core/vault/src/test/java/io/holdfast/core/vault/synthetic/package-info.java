/** Vaults of any size without the bytes of their data packs, and what is measured on them. */
package io.holdfast.core.vault.synthetic;
