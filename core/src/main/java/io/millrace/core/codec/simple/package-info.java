/**
 * Encoder of TiCDC's simple protocol: rows, schema changes and watermarks come in, one JSON text
 * each goes out, and before a table's rows its definition. Not public API.
 */
@NullMarked
package io.millrace.core.codec.simple;

import org.jspecify.annotations.NullMarked;
