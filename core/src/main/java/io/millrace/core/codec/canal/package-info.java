/**
 * Encoder of Canal-JSON: rows, schema changes and watermarks come in, one JSON text each goes out.
 * Not public API.
 */
@NullMarked
package io.millrace.core.codec.canal;

import org.jspecify.annotations.NullMarked;
