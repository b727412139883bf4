/** The kind of destination ${pluginId}. Replace the memory behind it by your store. */
@NullMarked
package ${package}.internal;

import org.jspecify.annotations.NullMarked;
