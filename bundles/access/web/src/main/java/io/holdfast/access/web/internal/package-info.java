/** The web interface: static files, and nothing else. Everything that it shows it asks the REST interface for. */
@NullMarked
package io.holdfast.access.web.internal;

import org.jspecify.annotations.NullMarked;
