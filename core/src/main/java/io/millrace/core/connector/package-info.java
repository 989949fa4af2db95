/**
 * What all connectors share: typed reading of URI parameters, and clear errors for libraries that
 * are missing. URIs come in, checked values go out. Not public API.
 */
@NullMarked
package io.millrace.core.connector;

import org.jspecify.annotations.NullMarked;
