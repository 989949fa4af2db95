/**
 * Encoders of Canal and Canal-JSON: rows, schema changes and watermarks come in; packets of
 * Protocol Buffers or one JSON text each go out. Not public API.
 */
@NullMarked
package io.millrace.core.codec.canal;

import org.jspecify.annotations.NullMarked;
