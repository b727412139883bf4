/** Every parser of the format against bytes that nobody wrote. */
package io.holdfast.core.vault.fuzz;
